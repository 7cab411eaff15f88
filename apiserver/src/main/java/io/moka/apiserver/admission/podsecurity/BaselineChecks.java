package io.moka.apiserver.admission.podsecurity;

import static io.moka.apiserver.admission.podsecurity.Violation.containers;
import static io.moka.apiserver.admission.podsecurity.Violation.plural;
import static io.moka.apiserver.admission.podsecurity.Violation.quoted;
import static io.moka.apiserver.admission.podsecurity.Violation.setters;

import com.fasterxml.jackson.databind.JsonNode;
import io.moka.apiserver.core.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/// The rules of the level `baseline`, which forbid known ways to break out of a container.
final class BaselineChecks {
    private static final Set<String> CAPABILITIES = Set.of("AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD",
            "NET_BIND_SERVICE", "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT");
    private static final String APP_ARMOR_ANNOTATION = "container.apparmor.security.beta.kubernetes.io/";

    private BaselineChecks() {}

    static @Nullable Violation appArmorProfile(PodShape pod) {
        Set<String> types = new TreeSet<>();
        boolean podSets = forbiddenProfile(pod.spec(), types);
        List<String> names = pod.names(container -> forbiddenProfile(container, types));
        List<String> annotations = new ArrayList<>();
        for (Map.Entry<String, JsonNode> annotation : pod.metadata().path("annotations").properties()) {
            String profile = annotation.getValue().asText();
            if (annotation.getKey().startsWith(APP_ARMOR_ANNOTATION) && !profile.isEmpty() && !profile.equals("runtime/default") && !profile.startsWith("localhost/")) {
                annotations.add(annotation.getKey() + "=" + Violation.quote(profile));
            }
        }
        if (types.isEmpty() && annotations.isEmpty()) {
            return null;
        }
        annotations.sort(null);
        List<String> values = new ArrayList<>(types);
        values.addAll(annotations);
        String who = setters(podSets, names);
        if (!annotations.isEmpty()) {
            who += (who.isEmpty() ? "" : " and ") + plural("annotation", "annotations", annotations.size());
        }
        return new Violation(plural("forbidden AppArmor profile", "forbidden AppArmor profiles", values.size()), who + " must not set AppArmor profile type to " + quoted(values));
    }

    private static boolean forbiddenProfile(JsonNode podOrContainer, Set<String> types) {
        JsonNode profile = Json.present(PodShape.security(podOrContainer), "appArmorProfile");
        String type = profile == null ? "" : Json.text(profile, "type");
        return profile != null && !type.equals("RuntimeDefault") && !type.equals("Localhost") && (types.add(type) || true);
    }

    static @Nullable Violation capabilities(PodShape pod) {
        Set<String> added = new TreeSet<>();
        List<String> names = pod.names(container -> collect(PodShape.security(container).path("capabilities").path("add"),
                capability -> CAPABILITIES.contains(capability.asText()) ? "" : capability.asText(), added));
        return names.isEmpty() ? null : new Violation("non-default capabilities",
                containers(names) + " must not include " + quoted(added) + " in securityContext.capabilities.add");
    }

    /// Adds the problems of a list's elements.
    ///
    /// @param wrong returns the problem of an element, empty when the element is valid
    /// @return whether there was any problem
    static boolean collect(JsonNode list, Function<JsonNode, String> wrong, Set<String> found) {
        List<String> values = StreamSupport.stream(list.spliterator(), false).map(wrong).filter(value -> !value.isEmpty()).toList();
        found.addAll(values);
        return !values.isEmpty();
    }

    static @Nullable Violation hostNamespaces(PodShape pod) {
        List<String> shared = new ArrayList<>();
        for (String field : List.of("hostNetwork", "hostPID", "hostIPC")) {
            if (pod.spec().path(field).asBoolean()) {
                shared.add(field + "=true");
            }
        }
        return shared.isEmpty() ? null : new Violation("host namespaces", String.join(", ", shared));
    }

    static @Nullable Violation hostPathVolumes(PodShape pod) {
        List<String> names = new ArrayList<>();
        for (JsonNode volume : pod.spec().path("volumes")) {
            if (Json.present(volume, "hostPath") != null) {
                names.add(Json.text(volume, "name"));
            }
        }
        return names.isEmpty() ? null : new Violation("hostPath volumes", plural("volume ", "volumes ", names.size()) + quoted(names));
    }

    static @Nullable Violation hostPorts(PodShape pod) {
        Set<String> ports = new TreeSet<>();
        List<String> names = pod.names(container -> collect(container.path("ports"),
                port -> port.path("hostPort").asInt() == 0 ? "" : port.path("hostPort").asText(), ports));
        return names.isEmpty() ? null : new Violation("hostPort", containers(names) + plural(" uses ", " use ", names.size())
                + plural("hostPort ", "hostPorts ", ports.size()) + String.join(", ", ports));
    }

    static @Nullable Violation privileged(PodShape pod) {
        List<String> names = pod.names(container -> PodShape.security(container).path("privileged").asBoolean());
        return names.isEmpty() ? null : new Violation("privileged", containers(names) + " must not set securityContext.privileged=true");
    }

    static @Nullable Violation procMount(PodShape pod) {
        Set<String> types = new TreeSet<>();
        List<String> names = pod.names(container -> {
            JsonNode type = Json.present(PodShape.security(container), "procMount");
            return type != null && !type.asText().equals("Default") && (types.add(type.asText()) || true);
        });
        return names.isEmpty() ? null : new Violation("procMount", containers(names) + " must not set securityContext.procMount to " + quoted(types));
    }

    static @Nullable Violation sysctls(PodShape pod, Set<String> safe) {
        List<String> unsafe = new ArrayList<>();
        for (JsonNode sysctl : PodShape.security(pod.spec()).path("sysctls")) {
            if (!safe.contains(Json.text(sysctl, "name"))) {
                unsafe.add(Json.text(sysctl, "name"));
            }
        }
        return unsafe.isEmpty() ? null : new Violation("forbidden sysctls", String.join(", ", unsafe));
    }

    static @Nullable Violation windowsHostProcess(PodShape pod) {
        boolean podSets = hostProcess(pod.spec());
        List<String> names = pod.names(BaselineChecks::hostProcess);
        return !podSets && names.isEmpty() ? null
                : new Violation("hostProcess", setters(podSets, names) + " must not set securityContext.windowsOptions.hostProcess=true");
    }

    private static boolean hostProcess(JsonNode podOrContainer) {
        return PodShape.security(podOrContainer).path("windowsOptions").path("hostProcess").asBoolean();
    }
}
