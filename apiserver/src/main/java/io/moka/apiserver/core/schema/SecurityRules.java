package io.moka.apiserver.core.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/// Validates security contexts, sysctls and other settings that isolate a pod from its node.
final class SecurityRules {
    private static final int MAX_SYSCTL = 253;
    private static final Pattern SYSCTL = Pattern.compile("([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?");
    private static final Pattern IPC_SYSCTL = Pattern.compile("kernel[./](shm|msg|sem).*|fs[./]mqueue[./].*");
    private static final long MAX_ID = Integer.MAX_VALUE;
    private static final int MAX_PROFILE = 4095;
    private static final List<String> NOT_OF_WINDOWS_PODS = List.of("appArmorProfile", "seLinuxOptions", "seccompProfile", "fsGroup", "fsGroupChangePolicy", "sysctls",
            "runAsUser", "runAsGroup", "supplementalGroups", "supplementalGroupsPolicy", "seLinuxChangePolicy");
    private static final List<String> NOT_OF_WINDOWS_CONTAINERS = List.of("appArmorProfile", "seLinuxOptions", "seccompProfile", "capabilities",
            "readOnlyRootFilesystem", "privileged", "allowPrivilegeEscalation", "procMount", "runAsUser", "runAsGroup");

    private SecurityRules() {
    }

    static void pod(ObjectNode spec, Path path, Causes causes) {
        JsonNode context = CheckedFields.object(spec, "securityContext");
        Path at = path.child("securityContext");
        if (CheckedFields.flag(spec, "shareProcessNamespace") && CheckedFields.flag(spec, "hostPID")) {
            causes.invalid(at.child("shareProcessNamespace"), spec.get("shareProcessNamespace"), "ShareProcessNamespace and HostPID cannot both be enabled");
        }
        checkSysctls(spec, CheckedFields.list(context, "sysctls"), at.child("sysctls"), causes);
        boolean hostUsers = !spec.has("hostUsers") || CheckedFields.flag(spec, "hostUsers");
        if (!hostUsers) {
            checkOwnUsers(spec, path, causes);
        } else {
            checkNothingUnmasked(spec, path, causes);
        }
        if (CheckedFields.has(spec, "os")) {
            checkSystem(spec, path, causes);
        }
    }

    private static void checkSysctls(ObjectNode spec, JsonNode sysctls, Path path, Causes causes) {
        Set<String> names = new HashSet<>(0);
        for (int i = 0; i < sysctls.size(); i++) {
            String name = CheckedFields.text(sysctls.get(i), "name");
            Path at = path.index(i).child("name");
            if (name.isEmpty()) {
                causes.required(at, "");
            } else if (name.length() > MAX_SYSCTL || !SYSCTL.matcher(name).matches()) {
                causes.invalid(at, name, "must have at most " + MAX_SYSCTL + " characters and match regex ^" + SYSCTL.pattern() + "$");
            } else if (!names.add(name)) {
                causes.duplicate(at, name);
            }
            if (CheckedFields.flag(spec, "hostNetwork") && name.matches("net[./].*")) {
                causes.invalid(at, name, "may not be specified when 'hostNetwork' is true");
            } else if (CheckedFields.flag(spec, "hostIPC") && IPC_SYSCTL.matcher(name).matches()) {
                causes.invalid(at, name, "may not be specified when 'hostIPC' is true");
            }
        }
    }

    private static void checkOwnUsers(ObjectNode spec, Path path, Causes causes) {
        forbidWithOwnUsers(spec, "hostNetwork", path.child("hostNetwork"), causes);
        forbidWithOwnUsers(spec, "hostPID", path.child("HostPID"), causes);
        forbidWithOwnUsers(spec, "hostIPC", path.child("HostIPC"), causes);
    }

    private static void forbidWithOwnUsers(ObjectNode spec, String field, Path path, Causes causes) {
        if (CheckedFields.flag(spec, field)) {
            causes.forbidden(path, "when `pod.Spec.HostUsers` is false");
        }
    }

    private static void checkNothingUnmasked(ObjectNode spec, Path path, Causes causes) {
        for (String list : PodRules.CONTAINERS) {
            JsonNode containers = CheckedFields.list(spec, list);
            for (int i = 0; i < containers.size(); i++) {
                JsonNode context = CheckedFields.object(containers.get(i), "securityContext");
                if (CheckedFields.text(context, "procMount").equals("Unmasked")) {
                    causes.invalid(path.child(list).index(i).child("securityContext", "procMount"), context.get("procMount"), "`hostUsers` must be false to use `Unmasked`");
                }
            }
        }
    }

    private static void checkSystem(ObjectNode spec, Path path, Causes causes) {
        String system = CheckedFields.text(CheckedFields.object(spec, "os"), "name");
        switch (system) {
            case "linux" -> {
                forbid(CheckedFields.object(spec, "securityContext"), List.of("windowsOptions"), "windows options cannot be set for a linux pod", path.child("securityContext"), causes);
                forbidInContainers(spec, List.of("windowsOptions"), "windows options cannot be set for a linux pod", path, causes);
            }
            case "windows" -> {
                forbid(CheckedFields.object(spec, "securityContext"), NOT_OF_WINDOWS_PODS, "cannot be set for a windows pod", path.child("securityContext"), causes);
                forbid(spec, List.of("hostUsers", "hostPID", "hostIPC", "shareProcessNamespace"), "cannot be set for a windows pod", path, causes);
                forbidInContainers(spec, NOT_OF_WINDOWS_CONTAINERS, "cannot be set for a windows pod", path, causes);
            }
            case "" -> { }
            default -> causes.notSupported(path.child("os"), system, List.of("linux", "windows"));
        }
    }

    private static void forbidInContainers(ObjectNode spec, List<String> fields, String why, Path path, Causes causes) {
        for (String list : PodRules.CONTAINERS) {
            JsonNode containers = CheckedFields.list(spec, list);
            for (int i = 0; i < containers.size(); i++) {
                forbid(CheckedFields.object(containers.get(i), "securityContext"), fields, why, path.child(list).index(i).child("securityContext"), causes);
            }
        }
    }

    private static void forbid(JsonNode owner, List<String> fields, String why, Path path, Causes causes) {
        for (String field : fields) {
            if (CheckedFields.has(owner, field)) {
                causes.forbidden(path.child(field), why);
            }
        }
    }

    static void podContext(ObjectNode context, Path path, Causes causes) {
        JsonNode groups = CheckedFields.list(context, "supplementalGroups");
        for (int i = 0; i < groups.size(); i++) {
            if (groups.get(i).longValue() < 0 || groups.get(i).longValue() > MAX_ID) {
                causes.invalid(path.child("supplementalGroups").index(i), groups.get(i), "must be between 0 and " + MAX_ID + ", inclusive");
            }
        }
    }

    static void containerContext(ObjectNode context, Path path, Causes causes) {
        if (context.path("allowPrivilegeEscalation").isBoolean() && !context.get("allowPrivilegeEscalation").booleanValue()) {
            if (CheckedFields.flag(context, "privileged")) {
                causes.invalid(path, context, "cannot set `allowPrivilegeEscalation` to false and `privileged` to true");
            }
            for (JsonNode capability : CheckedFields.list(CheckedFields.object(context, "capabilities"), "add")) {
                if (capability.asText().equals("CAP_SYS_ADMIN")) {
                    causes.invalid(path, context, "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN");
                }
            }
        }
    }

    static void seccomp(ObjectNode profile, Path path, Causes causes) {
        Path at = path.child("localhostProfile");
        if (!CheckedFields.text(profile, "type").equals("Localhost")) {
            if (profile.has("localhostProfile")) {
                causes.invalid(at, profile, "can only be set when seccomp type is Localhost");
            }
        } else if (!profile.has("localhostProfile")) {
            causes.required(at, "must be set when seccomp type is Localhost");
        } else {
            String file = CheckedFields.text(profile, "localhostProfile");
            causes.invalidAll(at, file, Format.RELATIVE_PATH.check(file));
        }
    }

    static void appArmor(ObjectNode profile, Path path, Causes causes) {
        Path at = path.child("localhostProfile");
        String name = CheckedFields.text(profile, "localhostProfile");
        switch (CheckedFields.text(profile, "type")) {
            case "Localhost" -> {
                if (name.isBlank() && name.isEmpty()) {
                    causes.required(at, "must be set when AppArmor type is Localhost");
                } else if (!name.equals(name.strip())) {
                    causes.invalid(at, name, "must not be padded with whitespace");
                }
                if (name.length() > MAX_PROFILE) {
                    causes.tooLong(at, MAX_PROFILE);
                }
            }
            case "RuntimeDefault", "Unconfined" -> {
                if (profile.has("localhostProfile")) {
                    causes.invalid(at, name, "can only be set when AppArmor type is Localhost");
                }
            }
            default -> { }
        }
    }
}
