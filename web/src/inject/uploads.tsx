import { useEffect, useRef, useState } from 'react';
import type { Upload } from '../../../server/contract/captures.ts';
import { problemOf } from '../session/problem.ts';
import { uploadApi } from '../session/upload-api.ts';
import { notify } from '../state/notices.ts';
import { plural } from '../state/text.ts';
import { Button } from '../ui/button.tsx';
import { FileList } from '../ui/file-list.tsx';

/** Captures on the server: uploaded, chosen and let go (INJECT7). */
export function Uploads({
  lab,
  chosen,
  onChoose,
}: {
  lab: string;
  chosen: Upload | undefined;
  onChoose: (upload: Upload | undefined) => void;
}) {
  const [uploads, setUploads] = useState<readonly Upload[]>([]);
  const file = useRef<HTMLInputElement>(null);
  const told = (error: unknown) => notify(problemOf(error));
  useEffect(() => {
    let left = false;
    uploadApi.list(lab).then(
      (list) => !left && setUploads(list),
      (error: unknown) => !left && notify(problemOf(error)),
    );
    return () => {
      left = true;
    };
  }, [lab]);
  const add = (next: File | undefined) => {
    if (next === undefined) return;
    const added = async () => {
      const upload = await uploadApi.add(lab, next);
      setUploads(await uploadApi.list(lab));
      onChoose(upload);
    };
    added().catch(told);
  };
  const remove = (id: number) => {
    uploadApi.remove(lab, id).then(setUploads, told);
    if (chosen?.id === id) onChoose(undefined);
  };
  return (
    <div className="uploads" data-testid="uploads">
      <div className="row">
        <Button id="uploads.add" label="Upload a capture…" icon="external" onPress={() => file.current?.click()} />
        {uploads.length === 0 && (
          <span className="mid">The server has no capture of this lab. It keeps the last two.</span>
        )}
        <input
          ref={file}
          hidden
          type="file"
          accept=".pcap,.pcapng,.cap"
          aria-label="Capture to upload"
          data-testid="uploads-input"
          onChange={(event) => {
            add(event.target.files?.[0]);
            event.target.value = '';
          }}
        />
      </div>
      <FileList
        id="upload"
        label="Captures on the server"
        files={[...uploads].reverse().map(({ id, name, packets, bytes, uploadedMs }) => ({
          id,
          name,
          about: plural(packets, 'packet'),
          bytes,
          atMs: uploadedMs,
        }))}
        chosen={chosen?.id}
        onChoose={({ id }) => onChoose(uploads.find((upload) => upload.id === id))}
        onRemove={({ id }) => remove(id)}
      />
    </div>
  );
}
