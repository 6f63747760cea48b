import { Anchor, Text } from "@mantine/core";
import { IconAlertTriangle, IconInfoCircle } from "@tabler/icons-react";
import type { Finding } from "../api/types";
import { sentence } from "../lib/format";

/** What costs features or records; everything else is good to know. */
const GRAVE: readonly Finding["kind"][] = [
  "nothing_read",
  "no_time",
  "some_without_time",
  "no_level",
  "few_levels",
];

export const isGrave = ({ kind }: Finding): boolean => GRAVE.includes(kind);

/** What was found in logs that a person should know, each with its remedy, which `onRemedy` leads to. */
export function Findings(props: {
  label: string;
  findings: readonly Finding[];
  onRemedy?: (setting: string) => void;
}) {
  const { findings, label, onRemedy } = props;
  if (findings.length === 0) return null;
  return (
    <ul className="findings" aria-label={label}>
      {findings.map((finding) => {
        const { kind, file, detail, example, remedy, setting } = finding;
        const Icon = isGrave(finding) ? IconAlertTriangle : IconInfoCircle;
        return (
          <li key={`${kind} ${file} ${detail}`} data-grave={isGrave(finding) || undefined}>
            <Icon size={16} aria-hidden />
            <Text span size="sm">
              {sentence(detail)}{" "}
              {remedy &&
                (setting && onRemedy ? (
                  <Anchor
                    component="button"
                    type="button"
                    size="sm"
                    ta="left"
                    onClick={() => onRemedy(setting)}
                  >
                    {sentence(remedy)}
                  </Anchor>
                ) : (
                  sentence(remedy)
                ))}
              {example && <code className="template">{example}</code>}
            </Text>
          </li>
        );
      })}
    </ul>
  );
}
