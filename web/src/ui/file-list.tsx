import { sizeOf } from '../state/text.ts';
import { Button } from './button.tsx';
import './file-list.css';

/** A file that the server keeps. */
interface KeptFile {
  readonly id: number;
  readonly name: string;
  /** What is in it, in a few words. */
  readonly about: string;
  readonly bytes: number;
  /** When the server got it, Unix ms. */
  readonly atMs: number;
}

interface FileListProps {
  /** Beginning of the test ids. */
  readonly id: string;
  readonly label: string;
  readonly files: readonly KeptFile[];
  /** The one that is chosen, where one is. */
  readonly chosen?: number | undefined;
  readonly onChoose: (file: KeptFile) => void;
  readonly onRemove: (file: KeptFile) => void;
}

/** Files on the server: name, size and time; one press opens or chooses one, another lets it go. */
export function FileList({ id, label, files, chosen, onChoose, onRemove }: FileListProps) {
  return (
    <ul className="file-list" aria-label={label} data-testid={`${id}-list`}>
      {files.map((file) => (
        <li key={file.id}>
          <button
            type="button"
            className="file-line"
            aria-current={file.id === chosen ? 'true' : undefined}
            data-testid={`${id}-${file.id}`}
            onClick={() => onChoose(file)}
          >
            <b className="strong ellipsis">{file.name}</b>
            <span className="mid ellipsis">
              {file.about}, {sizeOf(file.bytes)}, {new Date(file.atMs).toLocaleString()}
            </span>
          </button>
          <Button
            id={`${id}-${file.id}.remove`}
            bare
            kind="ghost"
            icon="close"
            label={`Remove ${file.name} from the server`}
            onPress={() => onRemove(file)}
          />
        </li>
      ))}
    </ul>
  );
}
