import { ScrollArea, Table } from "@mantine/core";
import type { DatasetProfile } from "../../api/types";
import { formatTime } from "../../lib/format";

/** The first records as the features see them. */
export function Preview({ profile }: { profile: DatasetProfile }) {
  return (
    <ScrollArea.Autosize
      mah={260}
      type="auto"
      viewportProps={{ tabIndex: 0, role: "region", "aria-label": "First records" }}
    >
      <Table fz="xs" verticalSpacing={3} stickyHeader miw={720}>
        <Table.Caption>The first records, in time order</Table.Caption>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Time</Table.Th>
            <Table.Th>Level</Table.Th>
            <Table.Th>Process</Table.Th>
            <Table.Th>Message</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {profile.preview.map((record) => (
            <Table.Tr key={`${record.file} ${record.line} ${record.timestamp}`}>
              <Table.Td style={{ whiteSpace: "nowrap" }}>{formatTime(record.timestamp)}</Table.Td>
              <Table.Td>{record.level}</Table.Td>
              <Table.Td>{record.process}</Table.Td>
              <Table.Td ff="monospace" style={{ overflowWrap: "anywhere" }}>
                {record.message}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollArea.Autosize>
  );
}
