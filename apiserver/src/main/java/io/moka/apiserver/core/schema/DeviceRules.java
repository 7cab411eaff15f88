package io.moka.apiserver.core.schema;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Validates device classes, resource claims and resource slices. Only the size of CEL expressions
/// is checked here; the scheduler, which evaluates them, compiles them.
final class DeviceRules {
    private static final int MAX_REQUESTS = 32;
    private static final int MAX_SUBREQUESTS = 8;
    private static final int MAX_SELECTORS = 32;
    private static final int MAX_CONFIGURATIONS = 32;
    private static final int MAX_DEVICES = 128;
    private static final int MAX_ATTRIBUTES = 32;
    private static final int MAX_CONSUMERS = 256;
    private static final int MAX_ATTRIBUTE_CHARS = 64;
    private static final int MAX_BYTES = 10 * 1024;
    private static final Pattern VERSION = Pattern.compile("(0|[1-9]\\d*)\\.(0|[1-9]\\d*)\\.(0|[1-9]\\d*)(-[0-9A-Za-z.-]+)?(\\+[0-9A-Za-z.-]+)?");
    private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    private DeviceRules() {
    }

    static void defaultCount(ObjectNode request) {
        if (CheckedFields.text(request, "allocationMode").equals("ExactCount") && !CheckedFields.has(request, "count")) {
            request.put("count", 1);
        }
    }

    static void defaultTime(ObjectNode taint) {
        if (!CheckedFields.has(taint, "timeAdded")) {
            taint.put("timeAdded", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        }
    }

    static void claim(ObjectNode claim, Path path, Causes causes) {
        atMost(claim, "requests", MAX_REQUESTS, path, causes);
        atMost(claim, "constraints", MAX_REQUESTS, path, causes);
        atMost(claim, "config", MAX_CONFIGURATIONS, path, causes);
        JsonNode requests = CheckedFields.list(claim, "requests");
        unique(requests, path.child("requests"), causes);
        Set<String> names = new HashSet<>();
        for (JsonNode request : requests) {
            names.add(CheckedFields.text(request, "name"));
            CheckedFields.list(request, "firstAvailable").forEach(part -> names.add(CheckedFields.text(request, "name") + "/" + CheckedFields.text(part, "name")));
        }
        for (String field : List.of("constraints", "config")) {
            JsonNode users = CheckedFields.list(claim, field);
            for (int i = 0; i < users.size(); i++) {
                references(users.get(i), path.child(field).index(i).child("requests"), names, causes);
            }
        }
    }

    private static void references(JsonNode user, Path path, Set<String> names, Causes causes) {
        JsonNode requests = CheckedFields.list(user, "requests");
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < requests.size(); i++) {
            String name = requests.get(i).asText();
            if (!names.contains(name)) {
                causes.invalid(path.index(i), name, "must be the name of a request in the claim or the name of a request and a subrequest separated by '/'");
            } else if (!seen.add(name)) {
                causes.duplicate(path.index(i), name);
            }
        }
    }

    static void request(ObjectNode request, Path path, Causes causes) {
        boolean exactly = CheckedFields.has(request, "exactly");
        boolean alternatives = !CheckedFields.list(request, "firstAvailable").isEmpty();
        if (exactly == alternatives) {
            if (exactly) {
                causes.invalid(path, request, "exactly one of `exactly` or `firstAvailable` is required, but multiple fields are set");
            } else {
                causes.required(path, "exactly one of `exactly` or `firstAvailable` is required");
            }
        }
        atMost(request, "firstAvailable", MAX_SUBREQUESTS, path, causes);
        unique(CheckedFields.list(request, "firstAvailable"), path.child("firstAvailable"), causes);
    }

    static void count(ObjectNode request, Path path, Causes causes) {
        atMost(request, "selectors", MAX_SELECTORS, path, causes);
        long count = CheckedFields.number(request, "count", 0);
        switch (CheckedFields.text(request, "allocationMode")) {
            case "ExactCount" -> {
                if (count <= 0) {
                    causes.invalid(path.child("count"), count, "must be greater than zero");
                }
            }
            case "All" -> {
                if (count != 0) {
                    causes.invalid(path.child("count"), count, "must not be specified when allocationMode is 'All'");
                }
            }
            default -> { }
        }
    }

    static void selector(ObjectNode selector, Path path, Causes causes) {
        if (!CheckedFields.has(selector, "cel")) {
            causes.required(path.child("cel"), "");
        }
    }

    static void expression(ObjectNode selector, Path path, Causes causes) {
        tooLong(CheckedFields.text(selector, "expression"), path.child("expression"), causes);
    }

    static void constraint(ObjectNode constraint, Path path, Causes causes) {
        List<String> set = Stream.of("matchAttribute", "distinctAttribute").filter(field -> CheckedFields.has(constraint, field)).toList();
        if (set.size() != 1) {
            causes.required(path.child("matchAttribute"), "exactly one of matchAttribute and distinctAttribute is required");
        }
        for (String field : set) {
            String name = CheckedFields.text(constraint, field);
            if (name.indexOf('/') < 0) {
                causes.invalid(path.child(field), name, "a fully qualified name must be a domain and a name separated by a slash");
            } else {
                qualifiedName(name, path.child(field), causes);
            }
        }
    }

    static void configuration(ObjectNode configuration, Path path, Causes causes) {
        if (!CheckedFields.has(configuration, "opaque")) {
            causes.required(path, "exactly one of `opaque` is required");
        }
    }

    static void opaque(ObjectNode opaque, Path path, Causes causes) {
        JsonNode parameters = opaque.path("parameters");
        if (parameters.isMissingNode() || parameters.isNull()) {
            causes.required(path.child("parameters"), "");
        } else if (!parameters.isObject()) {
            causes.invalid(path.child("parameters"), parameters, "parameters must be a valid JSON object");
        } else {
            tooLong(parameters.toString(), path.child("parameters"), causes);
        }
    }

    static void toleration(ObjectNode toleration, Path path, Causes causes) {
        boolean exists = CheckedFields.text(toleration, "operator").equals("Exists");
        String key = CheckedFields.text(toleration, "key");
        if (key.isEmpty() && !exists) {
            causes.required(path.child("key"), "must specify 'Exists' for `operator` when `key` is empty");
        } else if (!key.isEmpty()) {
            causes.invalidAll(path.child("key"), key, Names.qualifiedName(key));
        }
        if (exists && !CheckedFields.text(toleration, "value").isEmpty()) {
            causes.invalid(path.child("value"), toleration.get("value"), "must be empty when `operator` is 'Exists'");
        }
        if (CheckedFields.has(toleration, "tolerationSeconds") && !CheckedFields.text(toleration, "effect").equals("NoExecute")) {
            causes.invalid(path.child("effect"), toleration.get("effect"), "effect must be 'NoExecute' when `tolerationSeconds` is set");
        }
    }

    static void deviceClass(ObjectNode spec, Path path, Causes causes) {
        atMost(spec, "selectors", MAX_SELECTORS, path, causes);
        atMost(spec, "config", MAX_CONFIGURATIONS, path, causes);
        String extended = CheckedFields.text(spec, "extendedResourceName");
        if (!extended.isEmpty() && (extended.indexOf('/') < 0 || extended.startsWith("kubernetes.io/") || extended.startsWith("requests.") || !Names.qualifiedName(extended).isEmpty())) {
            causes.invalid(path.child("extendedResourceName"), extended, "must be a valid extended resource name");
        }
    }

    static void slice(ObjectNode spec, Path path, Causes causes) {
        atMost(spec, "devices", MAX_DEVICES, path, causes);
        unique(CheckedFields.list(spec, "devices"), path.child("devices"), causes);
        unique(CheckedFields.list(spec, "sharedCounters"), path.child("sharedCounters"), causes);
        String pool = CheckedFields.text(CheckedFields.object(spec, "pool"), "name");
        if (!pool.isEmpty() && (pool.length() > 253 || Stream.of(pool.split("/", -1)).anyMatch(part -> !Names.dns1123Subdomain(part).isEmpty()))) {
            causes.invalid(path.child("pool", "name"), pool, "must be one or more DNS subdomains separated by slashes, of at most 253 characters");
        }
        long places = Stream.of("nodeName", "nodeSelector", "allNodes", "perDeviceNodeSelection")
                .filter(field -> CheckedFields.has(spec, field) && !(spec.get(field).isBoolean() && !spec.get(field).booleanValue())).count();
        if (places == 0) {
            causes.required(path, "exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required");
        } else if (places > 1) {
            causes.invalid(path, spec, "exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required, but multiple fields are set");
        }
    }

    static void device(ObjectNode device, Path path, Causes causes) {
        int named = CheckedFields.object(device, "attributes").size() + CheckedFields.object(device, "capacity").size();
        if (named > MAX_ATTRIBUTES) {
            causes.invalid(path, named, "the total number of attributes and capacities must not exceed " + MAX_ATTRIBUTES);
        }
        for (String field : List.of("attributes", "capacity")) {
            for (Map.Entry<String, JsonNode> entry : CheckedFields.entries(device, field)) {
                qualifiedName(entry.getKey(), path.child(field), causes);
            }
        }
    }

    static void attribute(ObjectNode attribute, Path path, Causes causes) {
        if (attribute.isEmpty()) {
            causes.required(path, "exactly one value must be specified");
        } else if (attribute.size() > 1) {
            causes.invalid(path, attribute, "exactly one value must be specified");
        }
        for (String field : List.of("string", "version")) {
            if (CheckedFields.text(attribute, field).length() > MAX_ATTRIBUTE_CHARS) {
                causes.tooLong(path.child(field), MAX_ATTRIBUTE_CHARS);
            }
        }
        if (CheckedFields.has(attribute, "version") && !VERSION.matcher(CheckedFields.text(attribute, "version")).matches()) {
            causes.invalid(path.child("version"), attribute.get("version"), "must be a string compatible with semver.org spec 2.0.0");
        }
    }

    static void status(ObjectNode status, Path path, Causes causes) {
        atMost(status, "reservedFor", MAX_CONSUMERS, path, causes);
        if (!CheckedFields.list(status, "reservedFor").isEmpty() && !CheckedFields.has(status, "allocation")) {
            causes.forbidden(path.child("reservedFor"), "may not be specified when `allocated` is not set");
        }
        if (CheckedFields.has(status, "allocation")) {
            atMost(CheckedFields.object(status, "allocation").path("devices"), "results", MAX_REQUESTS, path.child("allocation", "devices"), causes);
        }
    }

    static void checkClaimUpdate(ObjectNode updated, ObjectNode old, Causes causes) {
        unchanged("spec", updated, old, Path.ROOT, causes);
        JsonNode before = CheckedFields.object(old, "status");
        JsonNode after = CheckedFields.object(updated, "status");
        if (CheckedFields.has(before, "allocation") && CheckedFields.has(after, "allocation")) {
            unchanged("allocation", after, before, Path.ROOT.child("status"), causes);
        }
        boolean deleting = CheckedFields.has(CheckedFields.object(old, "metadata"), "deletionTimestamp");
        if (deleting && CheckedFields.list(after, "reservedFor").size() > CheckedFields.list(before, "reservedFor").size()) {
            causes.forbidden(Path.ROOT.child("status", "reservedFor"), "new entries may not be added while `deallocationRequested` or `deletionTimestamp` are set");
        }
    }

    static void checkTemplateUpdate(ObjectNode updated, ObjectNode old, Causes causes) {
        unchanged("spec", updated, old, Path.ROOT, causes);
    }

    static void checkSliceUpdate(ObjectNode updated, ObjectNode old, Causes causes) {
        for (String field : List.of("driver", "nodeName")) {
            unchanged(field, CheckedFields.object(updated, "spec"), CheckedFields.object(old, "spec"), Path.ROOT.child("spec"), causes);
        }
        unchanged("name", CheckedFields.object(CheckedFields.object(updated, "spec"), "pool"), CheckedFields.object(CheckedFields.object(old, "spec"), "pool"), Path.ROOT.child("spec", "pool"), causes);
    }

    private static void unchanged(String field, JsonNode updated, JsonNode old, Path path, Causes causes) {
        if (!CheckedFields.same(updated.get(field), old.get(field))) {
            causes.immutable(path.child(field), updated.get(field));
        }
    }

    private static void atMost(JsonNode holder, String field, int most, Path path, Causes causes) {
        int size = CheckedFields.list(holder, field).size();
        if (size > most) {
            causes.tooMany(path.child(field), size, most);
        }
    }

    private static void unique(JsonNode named, Path path, Causes causes) {
        Set<String> names = new HashSet<>();
        for (int i = 0; i < named.size(); i++) {
            if (!names.add(CheckedFields.text(named.get(i), "name"))) {
                causes.duplicate(path.index(i).child("name"), CheckedFields.text(named.get(i), "name"));
            }
        }
    }

    private static void tooLong(String text, Path path, Causes causes) {
        if (text.getBytes(UTF_8).length > MAX_BYTES) {
            causes.tooLong(path, MAX_BYTES);
        }
    }

    /// Requires a C identifier, optionally after a domain and a slash.
    private static void qualifiedName(String name, Path path, Causes causes) {
        int slash = name.indexOf('/');
        if (slash >= 0) {
            causes.invalidAll(path, name.substring(0, slash), Names.dns1123Subdomain(name.substring(0, slash)));
        }
        String identifier = name.substring(slash + 1);
        if (identifier.length() > 32 || !IDENTIFIER.matcher(identifier).matches()) {
            causes.invalid(path, identifier, "a valid C identifier must start with alphabetic character or '_', followed by a string of alphanumeric characters or '_', of at most 32 characters");
        }
    }
}
