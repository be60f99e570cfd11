import { useAnnouncement } from '../state/announce.ts';

/** Says what happens to those who do not see it; what is said is rate-limited by the announcer. */
export function LiveRegion() {
  const { text, urgent } = useAnnouncement();
  return (
    <>
      <div className="unseen" role="status" aria-live="polite" data-testid="live-region">
        {urgent ? '' : text}
      </div>
      <div className="unseen" role="alert" aria-live="assertive" data-testid="live-region-urgent">
        {urgent ? text : ''}
      </div>
    </>
  );
}
