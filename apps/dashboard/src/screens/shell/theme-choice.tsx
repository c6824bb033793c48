import { THEMES } from '../../app/theme.ts';
import { usePage, useWatched } from '../../ui/hooks.ts';

export function ThemeChoice() {
  const { theme } = usePage();
  const chosen = useWatched(theme);
  return (
    <fieldset className="theme">
      <legend className="only-read">Colors</legend>
      {THEMES.map((one) => (
        <label key={one} className="theme-option">
          <input
            type="radio"
            name="theme"
            className="only-read"
            checked={one === chosen}
            onChange={() => theme.choose(one)}
          />
          <span>{one}</span>
        </label>
      ))}
    </fieldset>
  );
}
