import {
  ActionIcon,
  Badge,
  Group,
  type MantineColorScheme,
  Menu,
  Text,
  Tooltip,
  UnstyledButton,
  useMantineColorScheme,
} from "@mantine/core";
import {
  IconBoxModel2,
  IconBrain,
  IconChevronDown,
  IconDeviceDesktop,
  IconLogout,
  IconMoon,
  IconSun,
  IconUser,
} from "@tabler/icons-react";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { meQuery, signOut } from "../../api/session";
import { formatTime } from "../../lib/format";

const SCHEMES = [
  { value: "light", label: "Light", icon: IconSun },
  { value: "dark", label: "Dark", icon: IconMoon },
  { value: "auto", label: "System", icon: IconDeviceDesktop },
] as const;

function ColorScheme() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const current = SCHEMES.find((scheme) => scheme.value === colorScheme) ?? SCHEMES[2];
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Tooltip label="Color scheme">
          <ActionIcon variant="subtle" color="gray" size="lg" aria-label={`Color scheme: ${current.label}`}>
            <current.icon size={18} />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.RadioGroup
          value={colorScheme}
          onChange={(value) => setColorScheme(value as MantineColorScheme)}
        >
          {SCHEMES.map(({ value, label, icon: Icon }) => (
            <Menu.RadioItem key={value} value={value} rightSection={<Icon size={16} />}>
              {label}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
      </Menu.Dropdown>
    </Menu>
  );
}

function Person({ onSignedOut }: { onSignedOut: () => void }) {
  const me = useQuery(meQuery()).data;
  const leave = useMutation({ mutationFn: signOut, onSuccess: onSignedOut });
  if (!me) return null;
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <UnstyledButton aria-label={`Signed in as ${me.name}, ${me.role}`} px={6} py={4}>
          <Group gap={8} wrap="nowrap">
            <IconUser size={18} aria-hidden className="mantine-hidden-from-sm" />
            <Text size="sm" maw={160} truncate visibleFrom="sm">
              {me.name}
            </Text>
            <Badge variant="default" size="sm" visibleFrom="sm">
              {me.role}
            </Badge>
            <IconChevronDown size={14} aria-hidden />
          </Group>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        {me.expires_at && <Menu.Label>Signed in until {formatTime(me.expires_at)}</Menu.Label>}
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => leave.mutate()}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** Where to go, who is here, how it looks. */
export function AppHeader({ onSignedOut }: { onSignedOut: () => void }) {
  return (
    <Group h="100%" px={{ base: "xs", sm: "md" }} gap="xs" justify="space-between" wrap="nowrap">
      <Group gap="sm" wrap="nowrap">
        <Link to="/training" className="brand" aria-label="Trainyard">
          <img src="/favicon.svg" width={24} height={24} alt="" />
          <Text span fw={700} visibleFrom="xs">
            Trainyard
          </Text>
        </Link>
        <nav aria-label="Main">
          <Group gap={4} wrap="nowrap">
            <Link to="/training" className="nav-link">
              <IconBrain size={17} aria-hidden /> Training
            </Link>
            <Link to="/models" className="nav-link">
              <IconBoxModel2 size={17} aria-hidden /> Model Management
            </Link>
          </Group>
        </nav>
      </Group>
      <Group gap={4} wrap="nowrap">
        <ColorScheme />
        <Person onSignedOut={onSignedOut} />
      </Group>
    </Group>
  );
}
