import { memo, type ReactNode, use } from 'react';
import { showPanel } from '../state/dock-store.ts';
import { select, useSelection } from '../state/selection.ts';
import { microsOf } from '../state/text.ts';
import { Icon } from '../ui/icon.tsx';
import { nodeFault, useLiveFaults } from './fault-marks.ts';
import type { Jack, MapNode } from './layout.ts';
import { MapContext } from './map-context.ts';
import { bridgeText, interfaceText, nodeState, routerPhase } from './map-state.ts';

/** A node of the map: a box, its jacks, and what its kind has to say. */
export const LabNode = memo(function LabNode({ node }: { node: MapNode }) {
  const facts = use(MapContext);
  const selected = useSelection(({ current }) => current?.kind === 'node' && current.name === node.name);
  const state = nodeState(node, facts?.status);
  const choose = () => select({ kind: 'node', name: node.name });
  return (
    // biome-ignore lint/a11y/useSemanticElements: a button may not hold the table of interfaces
    <div
      role="button"
      tabIndex={0}
      className={`map-node map-${node.kind}`}
      data-state={state}
      data-selected={selected ? '' : undefined}
      data-node={node.name}
      data-testid={`node-${node.name}`}
      aria-pressed={selected}
      style={{ width: node.width, height: node.height, left: node.x, top: node.y }}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' && event.key !== ' ') return;
        event.preventDefault();
        choose();
        if (event.key === 'Enter' && node.kind === 'router') showPanel('router');
      }}
    >
      <Inside node={node} />
      <span className="unseen">, {stateWords[state]}</span>
      <Marks name={node.name} />
      {node.jacks.map((jack) => (
        <JackDot key={jack.id} node={node} jack={jack} />
      ))}
    </div>
  );
});

const stateWords = { normal: 'ready', ghost: 'not there yet', waiting: 'starting', bad: 'crashed' };

/** What was dropped here lately, and what waits. */
function Marks({ name }: { name: string }) {
  const mark = use(MapContext)?.marks.get(name);
  const fault = nodeFault(name, useLiveFaults());
  if (mark === undefined && fault === undefined) return null;
  return (
    <span className="map-marks">
      {fault !== undefined && (
        <span
          className="map-mark"
          data-tone="warn"
          data-testid={`mark-fault-${name}`}
          title="A fault that was set acts here"
        >
          <Icon name="bolt" size="s" />
          {fault}
        </span>
      )}
      {mark !== undefined && mark.held > 0 && (
        <span className="map-mark" data-tone="warn" data-testid={`mark-held-${name}`}>
          <Icon name="hourglass" size="s" />
          {mark.held} held
        </span>
      )}
      {mark !== undefined && mark.dropped > 0 && (
        <span
          className="map-mark"
          data-tone="bad"
          data-testid={`mark-dropped-${name}`}
          title={`Dropped in the last 5 seconds, the latest: ${mark.cause}`}
        >
          <Icon name="close" size="s" />
          {mark.dropped} dropped
        </span>
      )}
    </span>
  );
}

function JackDot({ node, jack }: { node: MapNode; jack: Jack }) {
  const facts = use(MapContext);
  const lit = facts?.litJacks.has(`${node.name}/${jack.id}`) === true;
  const plain = jack.id === 'net';
  return (
    <span
      className={`jack ${plain ? 'jack-plain' : ''} ${jack.id === 'of' || jack.id === 'vns' ? 'jack-small' : ''} ${lit ? 'jack-lit' : ''}`}
      style={{ left: jack.x, top: jack.y }}
    />
  );
}

function At({ jack, className, children }: { jack: Jack; className: string; children: ReactNode }) {
  return (
    <span className={`at ${className}`} data-side={jack.side} style={{ left: jack.x, top: jack.y }}>
      {children}
    </span>
  );
}

function Inside({ node }: { node: MapNode }) {
  const facts = use(MapContext);
  if (facts === undefined) return null;
  const { lab, status, vertical } = facts;
  if (node.kind === 'host') {
    const host = lab.hosts.find((each) => each.name === node.name);
    return (
      <>
        <Icon name={host?.role === 'server' ? 'server' : 'computer'} size={vertical ? 'm' : 'l'} />
        <span className="map-name">{node.name}</span>
        <span className="map-address">{host?.address.split('/')[0]}</span>
      </>
    );
  }
  if (node.kind === 'switch') {
    const own = status?.switches.find((each) => each.name === node.name);
    return (
      <>
        <span className="map-head">
          <Icon name="switch" />
          <span className="map-name">{node.name}</span>
          {vertical && <span className="map-meta">OpenFlow 1.0</span>}
        </span>
        {node.ports.map(({ port, jack: id }) => {
          const jack = node.jacks.find((each) => each.id === id);
          const name = own?.ports.find((each) => each.port === port)?.name;
          // `sw0-eth1` is `eth1` of sw0: the part behind the dash is what the router's interface is called too.
          const short = name?.slice(name.lastIndexOf('-') + 1);
          return (
            jack !== undefined && (
              <At key={id} jack={jack} className="map-port">
                {vertical ? <span className="map-meta">port {port}</span> : <b>{port}</b>}
                {!vertical && <span className="map-meta">{short}</span>}
              </At>
            )
          );
        })}
      </>
    );
  }
  if (node.kind === 'bridge') {
    const text = bridgeText(status, microsOf);
    return (
      <>
        <span className="map-half">
          <span className="map-name">Controller</span>
          {text.controller.slice(vertical ? 1 : 0).map((line) => (
            <span key={line} className="map-meta">
              {line}
            </span>
          ))}
        </span>
        {node.vns && (
          <span className="map-half">
            <span className="map-name">VNS</span>
            {text.vns.slice(0, vertical ? 1 : 2).map((line) => (
              <span key={line} className="map-meta">
                {line}
              </span>
            ))}
          </span>
        )}
        {node.vns && text.vnsWaits && <VnsWaits node={node} />}
      </>
    );
  }
  const router = lab.routers.find((each) => each.name === node.name);
  return (
    <>
      <span className="map-head">
        <Icon name="router" />
        <span className="map-name">{node.name}</span>
        {vertical && <RouterWord name={node.name} />}
      </span>
      {router?.interfaces.map((each) => {
        const jack = node.jacks.find(({ id }) => id === each.name);
        return (
          jack !== undefined && (
            <At key={each.name} jack={jack} className="map-interface">
              <b>{each.name}</b>
              <span className="map-address">{interfaceText(router, each.name, status)}</span>
            </At>
          )
        );
      })}
    </>
  );
}

function RouterWord({ name }: { name: string }) {
  const facts = use(MapContext);
  const phase = routerPhase(facts?.status?.routers.find((each) => each.name === name));
  return <span className="map-meta">{phase}</span>;
}

/** Rings around the jack that waits for a router. */
function VnsWaits({ node }: { node: MapNode }) {
  const jack = node.jacks.find(({ id }) => id === 'vns');
  return jack === undefined ? null : <span className="map-waits" style={{ left: jack.x, top: jack.y }} />;
}
