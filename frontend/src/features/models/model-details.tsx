import { Anchor, Code, Grid, SimpleGrid, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { modelQuery } from "../../api/models";
import type { Deployment, Model } from "../../api/types";
import { ShowAll } from "../../components/evaluation/show-all";
import { Summary } from "../../components/evaluation/summary";
import { Facts, Section } from "../../components/facts";
import { FeatureName, FeatureTexts } from "../../components/feature-texts";
import { Metrics } from "../../components/metrics";
import { PageHeading } from "../../components/page-heading";
import { calibrationOf, parameterFacts } from "../../components/parameters";
import { QueryState } from "../../components/states";
import { StageTimes, Statistics } from "../../components/statistics";
import { StatusBadge } from "../../components/status-badge";
import { Version } from "../../components/version";
import { formatBytes, formatTime, humanise } from "../../lib/format";
import { ModelActions } from "./model-actions";

const SHOWN_FEATURES = 24;

/** All that is known of one model. */
export function ModelDetails({ id, onDeleted }: { id: string; onDeleted: () => void }) {
  const query = useQuery(modelQuery(id));
  const model = query.data;
  return (
    <>
      <PageHeading
        title={model?.name ?? "Model"}
        aside={model && <StatusBadge status={model.status} size="lg" />}
        description={model && <Version version={model.version} />}
        actions={model && <ModelActions model={model} onDeleted={onDeleted} />}
      />
      <QueryState query={query} label="Loading the model" lines={10}>
        {(model) => (
          <FeatureTexts names={model.feature_names} texts={model.feature_descriptions}>
            <Stack gap="md">
              <Summary evaluation={model.metrics} />
              <Grid gap="md">
                <Grid.Col span={{ base: 12, md: 6 }}>
                  <Stack gap="md">
                    <About model={model} />
                    {model.deployment && <DeploymentRecord deployment={model.deployment} />}
                    <Section title="Model parameters">
                      <Facts
                        items={[
                          ["Algorithm", humanise(model.algorithm)],
                          ...parameterFacts(model.parameters),
                          ["Calibration", model.calibration && calibrationOf(model.calibration)],
                        ]}
                      />
                    </Section>
                  </Stack>
                </Grid.Col>
                <Grid.Col span={{ base: 12, md: 6 }}>
                  <Stack gap="md">
                    <Statistics statistics={model.statistics} />
                    <StageTimes statistics={model.statistics} />
                  </Stack>
                </Grid.Col>
                <Grid.Col span={12}>
                  <Metrics metrics={model.metrics} />
                </Grid.Col>
                <Grid.Col span={12}>
                  <Features names={model.feature_names} />
                </Grid.Col>
              </Grid>
            </Stack>
          </FeatureTexts>
        )}
      </QueryState>
    </>
  );
}

function About({ model }: { model: Model }) {
  return (
    <Section title="Model">
      <Facts
        items={[
          ["Description", model.description],
          ["Tags", model.tags.length > 0 && model.tags.join(", ")],
          ["File size", formatBytes(model.size_bytes)],
          ["Created", `${formatTime(model.created_at)} by ${model.created_by}`],
          [
            "Training job",
            <Anchor
              key="job"
              size="sm"
              renderRoot={(props) => (
                <Link to="/training/$jobId" params={{ jobId: model.job_id }} {...props} />
              )}
            >
              {model.job_id}
            </Anchor>,
          ],
          ["Dataset", <Code key="dataset">{model.dataset_id}</Code>],
          ["Model", <Code key="id">{model.id}</Code>],
        ]}
      />
    </Section>
  );
}

function DeploymentRecord({ deployment }: { deployment: Deployment }) {
  const { status, target, note, created_at, created_by, ended_at, ended_by } = deployment;
  return (
    <Section title="Deployment">
      <Facts
        items={[
          ["Status", <StatusBadge key="status" status={status} />],
          ["Target", target],
          ["Deployed", `${formatTime(created_at)} by ${created_by}`],
          ["Ended", ended_at && `${formatTime(ended_at)} by ${ended_by}`],
          ["Note", note],
          ["Package size", formatBytes(deployment.package_size_bytes)],
          ["Package SHA-256", <Code key="sha256">{deployment.package_sha256}</Code>],
        ]}
      />
    </Section>
  );
}

function Features({ names }: { names: string[] }) {
  const [all, setAll] = useState(false);
  return (
    <Section title={`Features (${names.length})`}>
      {names.length === 0 ? (
        <Text size="sm">None.</Text>
      ) : (
        <Stack gap="xs">
          <SimpleGrid
            component="ul"
            cols={{ base: 1, sm: 2, lg: 3 }}
            spacing="xs"
            p={0}
            m={0}
            style={{ listStyle: "none" }}
          >
            {(all ? names : names.slice(0, SHOWN_FEATURES)).map((name) => (
              <li key={name} style={{ overflowWrap: "anywhere" }}>
                <FeatureName name={name} />
              </li>
            ))}
          </SimpleGrid>
          <ShowAll total={names.length} shown={SHOWN_FEATURES} what="features" all={all} onChange={setAll} />
        </Stack>
      )}
    </Section>
  );
}
