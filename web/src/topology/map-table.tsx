import type { LabStatus } from '../../../server/contract/status.ts';
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
            <th scope="col">From</th>
            <th scope="col">To</th>
            <th scope="col">Kind</th>
            <th scope="col">State</th>
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
