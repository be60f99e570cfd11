import { dismiss, useNotices } from '../state/notices.ts';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import './banners.css';

/** Refusals that a person should read: they stay until they are closed. */
export function Notices() {
  const notices = useNotices((state) => state.notices);
  return (
    <div className="notices" role="log" aria-label="Notices">
      {notices.map((notice) => (
        <div key={notice.id} className="notice" role="alert" data-testid="notice">
          <Icon name="bad" />
          <div className="grow">
            <div className="strong">{notice.title}</div>
            {notice.detail !== '' && <p className="mid">{notice.detail}</p>}
          </div>
          <Button id="dismiss" label="Close" icon="close" kind="ghost" bare onPress={() => dismiss(notice.id)} />
        </div>
      ))}
    </div>
  );
}
