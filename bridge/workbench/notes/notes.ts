import { type CommentCount, longestComment, mostComments, type PacketComment } from '../../trace/packet-comments.ts';
import type { PacketLog } from '../../trace/packet-log.ts';
import { type Implementation, WorkbenchError } from '../method.ts';

/** What is said of a record. */
interface Note {
  readonly seq: number;
  /** Empty, or nothing but white space, removes the comment. */
  readonly text: string;
}

export interface NoteMethods {
  /** Comments a record, as Wireshark's packet comments (WB20). Bad-request, not-found, conflict with a sentence. */
  'note:set'(argument: Note): CommentCount;
}
export interface NoteQuestions {
  /** Every comment of this run, in order of seq. */
  'note:list'(argument: object): CommentCount & { readonly comments: readonly PacketComment[] };
}

/** Line feeds and tabs are text; other control characters are none that a capture file could show. */
const control = /[^\P{Cc}\n\t]/u;

/** Changes the comments on the records of a log. */
export function noteMethods(log: PacketLog): Implementation<NoteMethods> {
  const { comments } = log;
  return {
    'note:set': (note) => {
      const { seq } = note;
      const text = note.text.replaceAll('\r\n', '\n').trim();
      const length = [...text].length;
      if (length > longestComment) {
        throw new WorkbenchError(
          'bad-request',
          `A comment has at most ${number(longestComment)} characters, this one has ${number(length)}.`,
        );
      }
      if (control.test(text)) {
        throw new WorkbenchError('bad-request', 'A comment is text: this one has control characters in it.');
      }
      if (seq < log.firstSeq || seq >= log.nextSeq) {
        const kept = log.nextSeq === log.firstSeq ? 'nothing' : `${number(log.firstSeq)} to ${number(log.nextSeq - 1)}`;
        throw new WorkbenchError('not-found', `Record ${number(seq)} cannot be commented: the log keeps ${kept}.`);
      }
      if (text !== '' && comments.isFull && !comments.has(seq)) {
        throw new WorkbenchError(
          'conflict',
          `${number(mostComments)} packets have a comment: remove one of those first.`,
        );
      }
      comments.set(seq, text);
      return comments.count;
    },
  };
}

/** Of a running lab, and of a recorded one. */
export function noteQuestions({ comments }: PacketLog): Implementation<NoteQuestions> {
  return { 'note:list': () => ({ ...comments.count, comments: comments.list() }) };
}

const number = (count: number): string => count.toLocaleString('en');
