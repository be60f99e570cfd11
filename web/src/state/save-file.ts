/** Lets the browser keep what an address answers with; `name` unless the answer names itself. */
export function saveFrom(url: string, name = ''): void {
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
}

/** Hands a file to the browser, which keeps it under its name. */
export function saveFile(name: string, content: Blob): void {
  const url = URL.createObjectURL(content);
  saveFrom(url, name);
  // Not every browser has taken it when the click is over.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
