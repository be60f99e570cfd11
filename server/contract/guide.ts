/** The anchor of a guide's heading, as links within the guide and the requirements of lab.json name it; marks of Markdown do not count. */
export function guideAnchor(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
    .replaceAll(/^-|-$/g, '');
}

/** Anchors of the headings of a guide, those within code left out. */
export function guideAnchors(guide: string): ReadonlySet<string> {
  const anchors = new Set<string>();
  let fence = '';
  for (const line of guide.split(/\r?\n/)) {
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1] ?? '';
    if (fence === '') fence = mark;
    else if (mark.startsWith(fence)) fence = '';
    const title = fence === '' ? /^ {0,3}#{1,6}\s+(.*?)\s*#*\s*$/.exec(line)?.[1] : undefined;
    if (title !== undefined) anchors.add(guideAnchor(title));
  }
  return anchors;
}
