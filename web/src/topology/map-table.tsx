import type { LabStatus } from '../../../server/contract/status.ts';
import { ColumnHeads } from '../ui/column-heads.tsx';
import type { MapLayout } from './layout.ts';
import { linkWords, mapRows } from './map-state.ts';

/** The map as a table: for those who do not see it, and for who wants to read it. */
export function MapTable({
  layout,
  status,
  unseen,
}: {
  layout: MapLayout;
  status: LabStatus | undefined;
  unseen: boolean;
}) {
  return (
    <div className={unseen ? 'unseen' : 'map-table'} data-testid="map-table">
      <table>
        <caption>Links of the topology</caption>
        <thead>
          <tr>
            <ColumnHeads words={['From', 'To', 'Kind', 'State']} />
          </tr>
        </thead>
        <tbody>
          {mapRows(layout, status).map((row) => (
            <tr key={`${row.from} ${row.to}`}>
              <td className="mono">{row.from}</td>
              <td className="mono">{row.to}</td>
              <td>{row.kind}</td>
              <td data-state={row.state}>{[linkWords[row.state], row.impaired].filter(Boolean).join(', ')}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
