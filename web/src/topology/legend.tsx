import { ProtoGlyph, type ProtoShape, protoNames } from '../ui/proto-glyph.tsx';

const shapes: readonly ProtoShape[] = ['arp', 'icmp', 'icmp-error', 'tcp', 'udp', 'openflow'];

/** What glyphs and lines mean; `impaired`: a link of the lab is. */
export function Legend({ impaired }: { impaired: boolean }) {
  return (
    <ul className="legend" aria-label="Legend">
      {shapes.map((shape) => (
        <li key={shape} data-shape={shape}>
          <ProtoGlyph shape={shape} />
          {protoNames[shape]}
        </li>
      ))}
      <li className="separator legend-lines" aria-hidden="true" />
      <li className="legend-lines">
        <svg className="legend-line" viewBox="0 0 20 8" aria-hidden="true">
          <path d="M0 4h20" />
        </svg>
        up
      </li>
      <li className="legend-lines">
        <svg className="legend-line" data-state="off" viewBox="0 0 20 8" aria-hidden="true">
          <path d="M0 4h20" />
        </svg>
        not there yet
      </li>
      {impaired && (
        <li className="legend-lines">
          <svg className="legend-line" data-state="impaired" viewBox="0 0 20 8" aria-hidden="true">
            <path d="M0 4q2.5-6 5 0t5 0 5 0 5 0" />
          </svg>
          impaired
        </li>
      )}
      <li className="legend-lines">
        <svg className="legend-line" data-state="down" viewBox="0 0 20 8" aria-hidden="true">
          <path d="M0 4h20M7 1l6 6m0-6-6 6" />
        </svg>
        down
      </li>
    </ul>
  );
}
