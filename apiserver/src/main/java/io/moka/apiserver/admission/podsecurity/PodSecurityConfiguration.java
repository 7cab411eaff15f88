package io.moka.apiserver.admission.podsecurity;

import com.fasterxml.jackson.databind.JsonNode;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.json.YamlFile;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The configuration of PodSecurity: the policy of namespaces without labels, and the exempt users, namespaces and runtime classes.
record PodSecurityConfiguration(NamespacePolicy defaults, Set<String> users, Set<String> namespaces, Set<String> runtimeClasses) {

    static PodSecurityConfiguration of(JsonNode node) throws IOException {
        if (node.isMissingNode()) {
            return new PodSecurityConfiguration(NamespacePolicy.PRIVILEGED, Set.of(), Set.of(), Set.of());
        }
        if (!Json.text(node, "kind").equals("PodSecurityConfiguration") || !Json.text(node, "apiVersion").startsWith("pod-security.admission.config.k8s.io/")) {
            throw new IOException("it is not a PodSecurityConfiguration of pod-security.admission.config.k8s.io");
        }
        JsonNode defaults = node.path("defaults");
        JsonNode exemptions = node.path("exemptions");
        return new PodSecurityConfiguration(
                new NamespacePolicy(level(defaults, "enforce"), level(defaults, "audit"), level(defaults, "warn"), List.of()),
                names(exemptions, "usernames"), names(exemptions, "namespaces"), names(exemptions, "runtimeClasses"));
    }

    private static LevelVersion level(JsonNode defaults, String mode) throws IOException {
        String level = Json.text(defaults, mode);
        Level known = level.isEmpty() ? Level.PRIVILEGED : Level.parse(level);
        if (known == null) {
            throw new IOException("defaults." + mode + ": Invalid value: \"" + level + "\": must be one of privileged, baseline, restricted");
        }
        String version = Json.text(defaults, mode + "-version");
        int minor = version.isEmpty() ? LevelVersion.LATEST : LevelVersion.parseVersion(version);
        if (minor < 0) {
            throw new IOException("defaults." + mode + "-version: Invalid value: \"" + version + "\": must be \"latest\" or \"v1.x\"");
        }
        return new LevelVersion(known, minor);
    }

    private static Set<String> names(JsonNode exemptions, String field) throws IOException {
        Set<String> names = new HashSet<>();
        for (String name : YamlFile.strings(exemptions, field)) {
            if (name.isEmpty()) {
                throw new IOException("exemptions." + field + ": Required value");
            }
            if (!names.add(name)) {
                throw new IOException("exemptions." + field + ": Duplicate value: \"" + name + "\"");
            }
        }
        return Set.copyOf(names);
    }

    boolean exemptsClassOf(PodShape pod) {
        return runtimeClasses.contains(Json.text(pod.spec(), "runtimeClassName"));
    }
}
