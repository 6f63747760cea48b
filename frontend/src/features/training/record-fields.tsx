import { Stack, Switch } from "@mantine/core";
import { Section } from "../../components/facts";
import { More } from "../../components/more";
import { CODE, Line, type PartProps, Pick, Row } from "./controls";
import { FORMATS, type FormatForm } from "./form-records";

/** How bytes become records. */
export function RecordFields({ form, errors, change }: PartProps<FormatForm>) {
  return (
    <Section title="Records">
      <Stack gap="sm">
        <Pick
          label="Log format"
          data={FORMATS}
          value={form.preset}
          error={errors["/format"]}
          searchable
          onChange={(preset) => change({ preset }, "/format")}
        />
        {form.preset === "pattern" && (
          <Line
            label="Pattern"
            classNames={CODE}
            placeholder="<timestamp> <level> <process>[<pid>]: <message>"
            description="<name> is a field, <*> is passed over, (…)? may be missing."
            value={form.pattern}
            error={errors["/format/pattern"]}
            onChange={(pattern) => change({ pattern }, "/format/pattern")}
          />
        )}
        {form.preset === "regex" && (
          <Line
            label="Regular expression"
            classNames={CODE}
            placeholder="(?P<timestamp>\S+) (?P<message>.*)"
            description="Its named groups are the fields."
            value={form.regex}
            error={errors["/format/regex"]}
            onChange={(regex) => change({ regex }, "/format/regex")}
          />
        )}
        <Switch
          label="Drop duplicates"
          description="Records equal to another one in every field are counted and left out."
          checked={form.dropDuplicates}
          onChange={(event) =>
            change({ dropDuplicates: event.currentTarget.checked }, "/format/drop_duplicates")
          }
        />
        <More
          title="Times and rejected lines"
          wrong={"/format/utc_offset_minutes" in errors || "/format/max_rejected_share" in errors}
        >
          <Row>
            <Line
              label="Offset from UTC, minutes"
              description="Of times that are written without one."
              numeric
              value={form.offset}
              error={errors["/format/utc_offset_minutes"]}
              onChange={(offset) => change({ offset }, "/format/utc_offset_minutes")}
            />
            <Line
              label="Share of rejected lines"
              description="With more of them the job fails."
              numeric
              value={form.maxRejected}
              error={errors["/format/max_rejected_share"]}
              onChange={(maxRejected) => change({ maxRejected }, "/format/max_rejected_share")}
            />
          </Row>
        </More>
      </Stack>
    </Section>
  );
}
