import { Badge, Group, ScrollArea, Select, Stack, Text } from "@mantine/core";
import type { Finding, PreviewRecord, Proposal } from "../../api/types";
import { Facts } from "../../components/facts";
import { Findings, isGrave } from "../../components/findings";
import { ErrorState, Loading } from "../../components/states";
import { formatCount, formatShare, plural } from "../../lib/format";
import type { Reading } from "./use-reading";

interface Props {
  reading: Reading;
  /** What was found in the whole dataset, for when its files cannot be looked into here. */
  findings: readonly Finding[];
  onRemedy: (setting: string) => void;
}

/** How the first lines are read, each record beside its line, and what to do about what is missing. */
export function ReadingPanel({ reading, findings, onRemedy }: Props) {
  const { proposal, error, pending, packed, file, files, choose } = reading;
  if (packed) {
    return (
      <Stack gap="xs">
        <Text size="sm" c="dimmed">
          The lines of this file are packed: what was read of them is shown with the data.
        </Text>
        <Findings label="Findings" findings={actionable(findings)} onRemedy={onRemedy} />
      </Stack>
    );
  }
  return (
    <Stack gap="sm" aria-busy={pending}>
      {files.length > 1 && (
        <Select
          label="File"
          size="xs"
          data={files}
          value={file ?? null}
          onChange={(name) => name && choose(name)}
        />
      )}
      {error !== undefined && <ErrorState error={error} />}
      {proposal ? (
        <Found proposal={proposal} onRemedy={onRemedy} />
      ) : (
        error === undefined && <Loading label="Reading the first lines" lines={4} />
      )}
    </Stack>
  );
}

const actionable = (findings: readonly Finding[]) =>
  findings.filter((finding) => finding.setting || isGrave(finding));

function Found({ proposal, onRemedy }: { proposal: Proposal; onRemedy: (setting: string) => void }) {
  const { format, accounting, timed, leveled, records, raw, rejects } = proposal;
  const share = (part: number) =>
    accounting.parsed > 0 &&
    `${formatShare(part / accounting.parsed)} of ${plural(accounting.parsed, "record")}`;
  return (
    <>
      <Facts
        items={[
          ["Layout found", format.layout && <code className="template">{format.layout}</code>],
          ["With a time", share(timed)],
          ["With a level", share(leveled)],
          ["Rejected", accounting.rejected > 0 && formatCount(accounting.rejected)],
          ["Lines outside records", !!accounting.outside && formatCount(accounting.outside)],
        ]}
      />
      <Findings label="Findings" findings={actionable(proposal.findings)} onRemedy={onRemedy} />
      <ScrollArea.Autosize
        mah={420}
        type="auto"
        className="reading"
        viewportProps={{ tabIndex: 0, role: "region", "aria-label": "Records beside their lines" }}
      >
        <ol>
          {records.map((record, at) => (
            <li key={`${record.line} ${raw[at]}`}>
              <code className="raw">{raw[at]}</code>
              <Fields record={record} />
            </li>
          ))}
        </ol>
        {rejects.slice(0, 5).map((reject) => (
          <Text
            size="xs"
            key={`${reject.line} ${reject.reason}`}
            c="var(--mantine-color-error)"
            px="sm"
            py={4}
          >
            Line {reject.line}: {reject.reason}
          </Text>
        ))}
      </ScrollArea.Autosize>
    </>
  );
}

/** "2024-05-01 10:00:00.5 UTC": in UTC, to be compared with what the line says. */
const utc = (time: string) => time.replace("T", " ").replace(/(Z|\+00:00)$/, " UTC");

const text = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));

function Fields({ record }: { record: PreviewRecord }) {
  const { timestamp, level, process, pid, host, message, attributes } = record;
  const fields: [string, string | null | undefined][] = [
    ["time", timestamp && utc(timestamp)],
    ["level", level],
    ["process", process],
    ["pid", pid],
    ["host", host],
    ...Object.entries(attributes ?? {}).map(([name, value]): [string, string] => [name, text(value)]),
    ["message", message],
  ];
  return (
    <dl>
      {fields.map(
        ([name, value]) =>
          value && (
            <Group key={name} component="div" gap={4} wrap="nowrap" align="baseline">
              <dt>{name}</dt>
              <dd>
                {name === "level" ? (
                  <Badge size="sm" variant="default">
                    {value}
                  </Badge>
                ) : (
                  value
                )}
              </dd>
            </Group>
          ),
      )}
    </dl>
  );
}
