import { type AskedRequirement, forgetRequirement } from '../state/requirement.ts';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';

/** What was asked for, in its own words; the guide's stand below it, where it has any. */
export function AskedRequirementNote({ asked, isStated }: { asked: AskedRequirement; isStated: boolean }) {
  return (
    <div className="guide-asked" data-testid="guide-asked">
      <Icon name="flag" size="s" />
      <p>
        <b>{asked.id}</b> {asked.sentence}
        {!isStated && <span className="dim"> This guide has no section of its own for it.</span>}
      </p>
      <Button id="guide.forget" label="Take the mark away" icon="close" kind="ghost" bare onPress={forgetRequirement} />
    </div>
  );
}
