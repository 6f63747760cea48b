import { Alert, Button, Grid, Group, Stack, Text } from "@mantine/core";
import { IconAlertTriangle, IconPlayerPlay } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useRef, useState } from "react";
import { createJob } from "../../api/jobs";
import { asProblem } from "../../api/problem";
import type { Dataset, Job } from "../../api/types";
import { Section } from "../../components/facts";
import { GatedButton } from "../../components/gated-button";
import { ErrorState, QueryState } from "../../components/states";
import { fieldsOf } from "../../lib/json-schema";
import { nameFromFile } from "../../lib/names";
import { assignErrors, without } from "../../lib/pointer-errors";
import { Line } from "./controls";
import { controlsOf, type JobForm, prepare, resolve, START } from "./job-form-state";
import { JudgingFields } from "./judging-fields";
import { LabelsFields } from "./labels-fields";
import { AlgorithmField, ParameterFields } from "./model-fields";
import { PreparationFields } from "./preparation-fields";
import { RecordFields } from "./record-fields";
import { SampleFields } from "./sample-fields";
import { SearchFields } from "./search-fields";
import { useSetting } from "./use-setting";

interface Props {
  dataset?: Dataset;
  /** Where the data is chosen. */
  dataSource: ReactNode;
  /** Why this person may not train. */
  reason?: string;
  onStarted: (job: Job) => void;
  onCancel: () => void;
}

/** New Training Job: data, name and algorithm are enough; everything else has a default that is shown. */
export function NewJobForm({ dataset, dataSource, reason, onStarted, onCancel }: Props) {
  const queryClient = useQueryClient();
  const element = useRef<HTMLFormElement>(null);
  const [form, setForm] = useState<JobForm>(START);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const { setting, catalogue, fields } = useSetting(dataset, form);
  const { algorithm } = setting;
  const { samples, labels, classifies, automatic, calibrates, scaler, usual } = resolve(form, setting);
  const name = form.name ?? (dataset ? nameFromFile(dataset.name) : "");

  const start = useMutation({
    mutationFn: createJob,
    meta: { shown: true },
    onSuccess: (job) => {
      void queryClient.invalidateQueries({ queryKey: ["jobs", "list"] });
      onStarted(job);
    },
    onError: (error) => showErrors(assignErrors(asProblem(error).errors, controlsOf(form, setting)).fields),
  });

  const showErrors = (found: Record<string, string>) => {
    setErrors(found);
    // After the errors are drawn: the first invalid control says what is wrong with it.
    requestAnimationFrame(() => element.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());
  };

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (reason || start.isPending) return;
    const prepared = prepare(form, name, setting);
    if (prepared.specification) {
      setErrors({});
      start.mutate(prepared.specification);
    } else {
      start.reset();
      showErrors(prepared.errors);
    }
  };

  const change = (part: Partial<JobForm>, pointer: string) => {
    setForm((current) => ({ ...current, ...part }));
    setErrors((current) => without(current, pointer));
  };
  /** The same for a part of the form. */
  const changeIn =
    <K extends "format" | "samples" | "labels" | "judging" | "search">(key: K) =>
    (part: Partial<JobForm[K]>, pointer: string) => {
      setForm((current) => ({ ...current, [key]: { ...current[key], ...part } }));
      setErrors((current) => without(current, pointer));
    };

  const refused = start.error ? asProblem(start.error) : undefined;
  const unplaced = refused && assignErrors(refused.errors, controlsOf(form, setting)).rest;
  const half = { base: 12, md: 6 };

  return (
    <form onSubmit={submit} noValidate ref={element} aria-label="New Training Job">
      <Stack gap="md">
        {dataSource}
        {errors["/dataset_id"] && (
          <Alert color="red" variant="outline" icon={<IconAlertTriangle />} role="alert" p="xs">
            {errors["/dataset_id"]}
          </Alert>
        )}
        <RecordFields
          form={form.format}
          errors={errors}
          change={changeIn("format")}
          dataset={dataset}
          profile={setting.profile}
        />
        <Grid gap="md">
          <Grid.Col span={half}>
            <Stack gap="md">
              <Section title="Model">
                <Stack gap="sm">
                  <Line
                    label="Name"
                    description="Versions are counted per name."
                    required
                    withAsterisk={false}
                    value={name}
                    error={errors["/name"]}
                    onChange={(text) => change({ name: text }, "/name")}
                  />
                  <QueryState query={catalogue} label="Loading the algorithms">
                    {({ items }) => (
                      <>
                        <AlgorithmField
                          algorithms={items}
                          algorithm={algorithm}
                          error={errors["/algorithm"]}
                          onChange={(id) => change({ algorithm: id }, "/algorithm")}
                        />
                        <ParameterFields
                          algorithm={algorithm}
                          entries={form.parameters[algorithm?.id ?? ""] ?? {}}
                          errors={errors}
                          onChange={(field, entry) => {
                            const id = algorithm?.id ?? "";
                            const entries = { ...form.parameters[id], [field]: entry };
                            change(
                              { parameters: { ...form.parameters, [id]: entries } },
                              `/algorithm/${field}`,
                            );
                          }}
                        />
                        {automatic && (
                          <Text size="sm" c="dimmed">
                            Scaling and parameters are chosen with the algorithm: there is nothing else to
                            search.
                          </Text>
                        )}
                      </>
                    )}
                  </QueryState>
                </Stack>
              </Section>
              {!automatic && (
                <SearchFields
                  form={form.search}
                  errors={errors}
                  change={changeIn("search")}
                  parameters={fieldsOf(algorithm?.parameters).map((field) => field.name)}
                />
              )}
            </Stack>
          </Grid.Col>
          <Grid.Col span={half}>
            <Stack gap="md">
              <Section title="Samples and features">
                <Stack gap="sm">
                  <SampleFields
                    form={samples}
                    errors={errors}
                    change={changeIn("samples")}
                    presets={setting.presets}
                    suggestion={setting.profile?.suggestion}
                    fields={fields}
                  />
                  <PreparationFields
                    form={{ ...form, scaler }}
                    errors={errors}
                    change={change}
                    automatic={automatic}
                    calibrates={calibrates}
                  />
                </Stack>
              </Section>
              <Section title="Labels">
                <Stack gap="sm">
                  <LabelsFields
                    form={labels}
                    errors={errors}
                    change={changeIn("labels")}
                    profile={setting.profile}
                    labelProfile={setting.labelProfile}
                    fields={fields}
                    needed={classifies}
                    automatic={automatic}
                    reason={reason}
                  />
                </Stack>
              </Section>
              <JudgingFields
                form={form.judging}
                errors={errors}
                change={changeIn("judging")}
                classifies={classifies}
                usual={usual}
                labelled={labels.kind !== "none"}
              />
            </Stack>
          </Grid.Col>
        </Grid>
        {refused && (refused.errors.length === 0 || (unplaced && unplaced.length > 0)) && (
          <ErrorState error={refused} />
        )}
        <Group justify="flex-end" gap="xs">
          {Object.keys(errors).length > 0 && (
            <Text size="sm" c="var(--mantine-color-error)" role="status">
              Some fields need another look.
            </Text>
          )}
          <Button variant="default" onClick={onCancel}>
            Back to Training
          </Button>
          <GatedButton
            type="submit"
            reason={reason}
            loading={start.isPending}
            leftSection={<IconPlayerPlay size={16} />}
          >
            Start training
          </GatedButton>
        </Group>
      </Stack>
    </form>
  );
}
