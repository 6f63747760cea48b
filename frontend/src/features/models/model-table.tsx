import { Anchor, Table, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { Model } from "../../api/types";
import { Headline } from "../../components/headline";
import { StatusBadge } from "../../components/status-badge";
import { Version } from "../../components/version";
import { formatAge, formatBytes, formatCount, formatShare, formatTime, humanise } from "../../lib/format";
import { ModelActions } from "./model-actions";

/** The list of Model Management. */
export function ModelTable({ models }: { models: Model[] }) {
  return (
    <Table.ScrollContainer type="native" minWidth={1160} tabIndex={0}>
      <Table verticalSpacing="xs" highlightOnHover aria-label="Models">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Name</Table.Th>
            <Table.Th>Version</Table.Th>
            <Table.Th>Algorithm</Table.Th>
            <Table.Th>Status</Table.Th>
            <Table.Th ta="right">Samples</Table.Th>
            <Table.Th ta="right">Judged</Table.Th>
            <Table.Th ta="right">Anomaly ratio</Table.Th>
            <Table.Th ta="right">Size</Table.Th>
            <Table.Th>Created</Table.Th>
            <Table.Th ta="right">Actions</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {models.map((model) => (
            <Table.Tr key={model.id}>
              <Table.Td>
                <Anchor
                  size="sm"
                  fw={500}
                  renderRoot={(props) => (
                    <Link to="/models/$modelId" params={{ modelId: model.id }} {...props} />
                  )}
                >
                  {model.name}
                </Anchor>
              </Table.Td>
              <Table.Td>
                <Version version={model.version} />
              </Table.Td>
              <Table.Td>{humanise(model.algorithm)}</Table.Td>
              <Table.Td>
                <StatusBadge status={model.status} />
              </Table.Td>
              <Table.Td ta="right">{formatCount(model.statistics.training_samples)}</Table.Td>
              <Table.Td ta="right">
                <Headline metrics={model.metrics} />
              </Table.Td>
              <Table.Td ta="right">{formatShare(model.metrics.training_scores.anomaly_ratio)}</Table.Td>
              <Table.Td ta="right" style={{ whiteSpace: "nowrap" }}>
                {formatBytes(model.size_bytes)}
              </Table.Td>
              <Table.Td>
                <Text size="sm" title={formatTime(model.created_at)} style={{ whiteSpace: "nowrap" }}>
                  {formatAge(model.created_at)}
                </Text>
              </Table.Td>
              <Table.Td>
                <ModelActions model={model} compact />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
