/** What is used of node-pty; it may be missing, and the rest must compile without it. */
declare module 'node-pty' {
  export interface IPty {
    readonly pid: number;
    resize(columns: number, rows: number): void;
    onExit(listener: (exit: { readonly exitCode: number; readonly signal?: number }) => void): void;
  }
  export function spawn(
    file: string,
    args: readonly string[],
    options: {
      readonly cols: number;
      readonly rows: number;
      readonly cwd: string;
      readonly env: Readonly<Record<string, string>>;
      readonly name: string;
      /** Null gives bytes. */
      readonly encoding: string | null;
    },
  ): IPty;
}
