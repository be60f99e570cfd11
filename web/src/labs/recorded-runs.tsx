import { useEffect, useState } from 'react';
import type { BundleInfo } from '../../../server/contract/bundle.ts';
import { bundleApi } from '../session/bundle-api.ts';
import { problemOf } from '../session/problem.ts';
import { notify } from '../state/notices.ts';
import { navigate } from '../state/route.ts';
import { plural } from '../state/text.ts';
import { FileList } from '../ui/file-list.tsx';

/** The recorded runs that this server keeps; nothing while there are none (UI45). */
export function RecordedRuns() {
  const [runs, setRuns] = useState<readonly BundleInfo[]>([]);
  useEffect(() => {
    let left = false;
    // A server that does not answer is told above.
    bundleApi.list().then(
      (list) => !left && setRuns(list),
      () => undefined,
    );
    return () => {
      left = true;
    };
  }, []);
  if (runs.length === 0) return null;
  const remove = (id: number) => {
    bundleApi.remove(id).then(setRuns, (error: unknown) => notify(problemOf(error)));
  };
  return (
    <section className="card recorded-runs" aria-label="Recorded runs" data-testid="recorded-runs">
      <h2 className="meta-label">Recorded runs</h2>
      <FileList
        id="recorded-run"
        label="Recorded runs on this server"
        files={[...runs].reverse().map(({ id, name, title, records, bytes, importedMs }) => ({
          id,
          name: name === '' ? title : name,
          about: `${title}, ${plural(records, 'packet')}`,
          bytes,
          atMs: importedMs,
        }))}
        onChoose={({ id }) => navigate(`/bundle/${id}`)}
        onRemove={({ id }) => remove(id)}
      />
    </section>
  );
}
