import { Grid, Select, Stack, Switch } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { formatsQuery } from "../../api/catalogue";
import type { Dataset, DatasetProfile } from "../../api/types";
import { Section } from "../../components/facts";
import { More } from "../../components/more";
import { CODE, Line, ORDER, type PartProps, Pick, Row } from "./controls";
import { controlOf, DAY_ORDERS, type FormatForm, ROLES, withField } from "./form-records";
import { ReadingPanel } from "./reading";
import { type Reading, useReading } from "./use-reading";

interface Props extends PartProps<FormatForm> {
  dataset?: Dataset;
  profile?: DatasetProfile;
}

/** How bytes become records: what is found, what may be corrected, and how the first records come out of it. */
export function RecordFields({ dataset, profile, ...part }: Props) {
  const { form, change } = part;
  const reading = useReading(dataset, form);
  const remedy = (setting: string) => {
    if (setting === "pattern" && form.preset !== "pattern") change({ preset: "pattern" }, "/format");
    // After the control is drawn.
    requestAnimationFrame(() => {
      const control = document.getElementById(controlOf(setting));
      control?.focus();
      control?.scrollIntoView({ block: "center" });
    });
  };
  // The settings keep their place as records arrive: a list that is open then stays open.
  return (
    <Section title="Records">
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, md: reading.file ? 5 : 12 }}>
          <Settings {...part} columns={reading.file ? columnsOf(form, reading, profile) : undefined} />
        </Grid.Col>
        {reading.file && (
          <Grid.Col span={{ base: 12, md: 7 }}>
            <ReadingPanel reading={reading} findings={profile?.findings ?? []} onRemedy={remedy} />
          </Grid.Col>
        )}
      </Grid>
    </Section>
  );
}

/** What may play a role: a column that was given one is no column of the answer any more, but stays a choice. */
function columnsOf(form: FormatForm, { proposal }: Reading, profile?: DatasetProfile): string[] {
  const given = Object.values(form.fields).filter((column) => column !== "");
  return [...new Set([...(proposal?.columns ?? profile?.columns ?? []), ...given])].sort();
}

function Settings({ form, errors, change, columns }: PartProps<FormatForm> & { columns?: string[] }) {
  const formats = useQuery(formatsQuery());
  // Until the server has said what it knows, what is chosen is all there is to choose.
  const presets = formats.data?.presets ?? [{ name: form.preset, description: "As detected" }];
  return (
    <Stack gap="sm">
      <Pick
        label="Log format"
        data={presets.map(({ name, description }) => ({ value: name, label: description }))}
        value={form.preset}
        error={errors["/format"]}
        searchable
        onChange={(preset) => change({ preset }, "/format")}
      />
      {form.preset === "pattern" && (
        <Line
          id={controlOf("pattern")}
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
      {columns && (
        <Row>
          {ROLES.map((role) => (
            <RoleField
              key={role}
              role={role}
              columns={columns}
              value={form.fields[role]}
              onChange={(column) => change({ fields: withField(form.fields, role, column) }, "/format")}
            />
          ))}
        </Row>
      )}
      <Row>
        <Select
          id={controlOf("time_zone")}
          label="Time zone"
          placeholder="As written, else UTC"
          description="Of times that are written without one."
          data={ZONES}
          limit={80}
          searchable
          clearable
          clearButtonProps={{ "aria-label": "No time zone" }}
          nothingFoundMessage="No zone is called so."
          inputWrapperOrder={ORDER}
          value={form.timeZone || null}
          error={errors["/format/time_zone"]}
          onChange={(zone) => change({ timeZone: zone ?? "" }, "/format/time_zone")}
        />
        <Line
          id={controlOf("year")}
          label="Year"
          placeholder="As found"
          description="Of dates that are written without one."
          numeric
          value={form.year}
          error={errors["/format/year"]}
          onChange={(year) => change({ year }, "/format/year")}
        />
        <Pick
          id={controlOf("day_first")}
          label="Dates in numbers"
          data={DAY_ORDERS}
          value={form.dayFirst}
          error={errors["/format/day_first"]}
          onChange={(dayFirst) => change({ dayFirst }, "/format/day_first")}
        />
      </Row>
      <Switch
        label="Drop duplicates"
        description="Equal records with an id, and files that are there twice, are counted and left out."
        checked={form.dropDuplicates}
        onChange={(event) =>
          change({ dropDuplicates: event.currentTarget.checked }, "/format/drop_duplicates")
        }
      />
      <More
        title="Offset of times and rejected lines"
        wrong={"/format/utc_offset_minutes" in errors || "/format/max_rejected_share" in errors}
      >
        <Row>
          <Line
            label="Offset from UTC, minutes"
            description="Instead of a zone."
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
  );
}

const ZONES = ["UTC", ...Intl.supportedValuesOf("timeZone").filter((zone) => zone !== "UTC")];

/** What a choice of a role means; a column's name always has a sign before it, so that it can be neither of the others. */
const FOUND = "found";
const NOTHING = "nothing";

function RoleField(props: {
  role: (typeof ROLES)[number];
  columns: string[];
  /** A column, `""` for nothing, or as found. */
  value?: string;
  onChange: (column: string | undefined) => void;
}) {
  const { role, columns, value, onChange } = props;
  const choice = value === undefined ? FOUND : value === "" ? NOTHING : `=${value}`;
  return (
    <Pick
      // A level that is missing is what findings lead here for.
      id={role === "level" ? controlOf("fields") : undefined}
      label={`The ${role} is`}
      data={[
        { value: FOUND, label: "As found" },
        { value: NOTHING, label: `Nothing is the ${role}` },
        ...columns.map((column) => ({ value: `=${column}`, label: column })),
      ]}
      value={choice}
      searchable={columns.length > 8}
      onChange={(next) => onChange(next === FOUND ? undefined : next === NOTHING ? "" : next.slice(1))}
    />
  );
}
