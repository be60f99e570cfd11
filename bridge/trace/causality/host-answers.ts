import { type Point, points } from '../../packet/trace-batch.ts';
import { type LoggedRecord, newLoggedRecord } from '../logged-record.ts';
import type { PacketLog } from '../packet-log.ts';
import { type AnswerRule, answerRules, isAskedBy, isOtherWay, isSameAnswer, Said } from './said.ts';

/** What a host sent and what it had heard: an inferred link, never a parent (WB88). */
export interface AnswerLink {
  /** The frame that the host was given. */
  readonly asked: number;
  /** The frame that it sent. */
  readonly answer: number;
  readonly rule: AnswerRule;
  /** Per cent. */
  readonly confidence: number;
}

/** How far apart an answer and what it answers may be. */
const limits = { records: 5_000, us: 10_000_000 } as const;
/** Other hosts may stand behind a switch’s port, and frames be lost on the way to them. */
const besidePenalty = 10;
/** Ports from here on are lent to whoever asks; servers have lower ones. */
const firstLent = 32_768;

/** Points at which a host hears and speaks: its own, or where they are not watched the switch port that it stands behind. */
const hears: Partial<Record<Point, Point>> = { 'host.tx': 'host.rx', packet_in: 'packet_out' };
const speaks: Partial<Record<Point, Point>> = { 'host.rx': 'host.tx', packet_out: 'packet_in' };

/** Which frames of a log hosts sent in answer to which. Nothing is remembered: each question looks through the log. */
export class HostAnswers {
  readonly #log: PacketLog;
  readonly #one = newLoggedRecord();
  readonly #other = newLoggedRecord();
  readonly #answer = new Said();
  readonly #heard = new Said();

  constructor(log: PacketLog) {
    this.#log = log;
  }

  /** What a frame that came out of a host answers; undefined for what answers nothing, and where several would do. */
  answers(seq: number): AnswerLink | undefined {
    const [one, other, answer, heard] = [this.#one, this.#other, this.#answer, this.#heard];
    if (!this.#log.look(seq, one)) return undefined;
    const point = points[one.point];
    const listens = point && hears[point];
    if (listens === undefined || !answer.read(one) || answer.rule === undefined) return undefined;
    const { rule } = answer;
    // On the way from and to a host segments cross: of TCP only what opens or refuses is sure.
    if (rule === 'tcp answer' && point === 'packet_in' && !answer.isHandshake) return undefined;
    let asked = 0;
    let isFirstOwn = false;
    let isOpen = true;
    for (let earlier = seq - 1; earlier >= Math.max(this.#log.firstSeq, seq - limits.records); earlier--) {
      if (!this.#log.look(earlier, other) || !isPlace(one, other, point)) continue;
      if (one.tUs - other.tUs > limits.us) break;
      const at = points[other.point];
      if ((at !== point && at !== listens) || !heard.read(other)) continue;
      if (at === point && isSameAnswer(answer, heard)) {
        isFirstOwn = true;
        isOpen = false;
        // Of a datagram the beginning of the conversation says who asks and who answers.
        if (rule !== 'udp answer') break;
      } else if (at === listens && isOtherWay(answer, heard) && rule === 'tcp answer' && asked === 0) {
        // What TCP sends is because of what it heard last; what that does not explain is not guessed at.
        if (!isAskedBy(answer, heard)) return undefined;
        asked = earlier;
      } else if (at === listens && isAskedBy(answer, heard)) {
        isFirstOwn = false;
        if (!isOpen) continue;
        if (asked !== 0) return undefined;
        asked = earlier;
      }
    }
    if (asked === 0 || (rule === 'udp answer' && (isFirstOwn || isLent(answer)))) return undefined;
    const confidence = answerRules[rule] - (point === 'host.tx' ? 0 : besidePenalty);
    return { asked, answer: seq, rule, confidence };
  }

  /** What a host sent in answer to a frame that it was given, at most `most`, in order of seq. */
  answeredBy(seq: number, most: number): AnswerLink[] {
    const one = newLoggedRecord();
    const other = newLoggedRecord();
    if (!this.#log.look(seq, one)) return [];
    const point = points[one.point];
    const says = point && speaks[point];
    const asked = new Said();
    const said = new Said();
    if (says === undefined || !asked.read(one)) return [];
    const found: AnswerLink[] = [];
    const end = Math.min(this.#log.nextSeq, seq + limits.records);
    for (let later = seq + 1; later < end && found.length < most; later++) {
      if (!this.#log.look(later, other)) continue;
      if (other.tUs - one.tUs > limits.us) break;
      if (points[other.point] !== says || !isPlace(one, other, says)) continue;
      if (!said.read(other) || !isAskedBy(said, asked)) continue;
      const link = this.answers(later);
      if (link?.asked === seq) found.push(link);
    }
    return found;
  }
}

/** A host hears with all its interfaces; behind a switch's port stands what that port leads to. */
const isPlace = (one: LoggedRecord, other: LoggedRecord, point: Point | undefined): boolean =>
  one.node === other.node && (point === 'host.tx' || one.port === other.port);

/** Whoever speaks from a lent port to one that is not began the conversation. */
const isLent = ({ sourcePort, destinationPort }: Said): boolean =>
  sourcePort >= firstLent && destinationPort < firstLent;
