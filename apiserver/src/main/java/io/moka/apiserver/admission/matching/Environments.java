package io.moka.apiserver.admission.matching;

import com.google.common.collect.ImmutableSet;
import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.StructType;
import io.moka.apiserver.extension.cel.AuthorizerValues;
import io.moka.apiserver.extension.cel.CelEnvironment;
import io.moka.apiserver.extension.cel.CelEnvironment.Variable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The variables that expressions of webhooks and policies have. Safe for all threads.
public final class Environments {
    private static final CelType TEXT = SimpleType.STRING;
    private static final CelType TEXTS = ListType.create(TEXT);
    private static final CelType TEXT_BY_TEXT = MapType.create(TEXT, TEXT);

    private static final StructType KIND = struct("kubernetes.GroupVersionKind", Map.of("group", TEXT, "version", TEXT, "kind", TEXT));
    private static final StructType RESOURCE = struct("kubernetes.GroupVersionResource", Map.of("group", TEXT, "version", TEXT, "resource", TEXT));
    private static final StructType USER = struct("kubernetes.UserInfo",
            Map.of("username", TEXT, "uid", TEXT, "groups", TEXTS, "extra", MapType.create(TEXT, TEXTS)));
    private static final StructType REQUEST = struct("kubernetes.AdmissionRequest", Map.ofEntries(
            Map.entry("kind", KIND), Map.entry("resource", RESOURCE), Map.entry("subResource", TEXT),
            Map.entry("requestKind", KIND), Map.entry("requestResource", RESOURCE), Map.entry("requestSubResource", TEXT),
            Map.entry("name", TEXT), Map.entry("namespace", TEXT), Map.entry("operation", TEXT), Map.entry("userInfo", USER),
            Map.entry("dryRun", SimpleType.BOOL), Map.entry("options", SimpleType.DYN)));
    private static final StructType NAMESPACE_METADATA = struct("kubernetes.NamespaceMetadata", Map.ofEntries(
            Map.entry("name", TEXT), Map.entry("generateName", TEXT), Map.entry("namespace", TEXT), Map.entry("labels", TEXT_BY_TEXT), Map.entry("annotations", TEXT_BY_TEXT),
            Map.entry("uid", TEXT), Map.entry("creationTimestamp", SimpleType.TIMESTAMP), Map.entry("deletionGracePeriodSeconds", SimpleType.INT),
            Map.entry("deletionTimestamp", SimpleType.TIMESTAMP), Map.entry("generation", SimpleType.INT), Map.entry("resourceVersion", TEXT), Map.entry("finalizers", TEXTS)));
    private static final StructType NAMESPACE_SPEC = struct("kubernetes.NamespaceSpec", Map.of("finalizers", TEXTS));
    private static final StructType NAMESPACE_CONDITION = struct("kubernetes.NamespaceCondition",
            Map.of("status", TEXT, "type", TEXT, "lastTransitionTime", SimpleType.TIMESTAMP, "message", TEXT, "reason", TEXT));
    private static final StructType NAMESPACE_STATUS = struct("kubernetes.NamespaceStatus",
            Map.of("conditions", ListType.create(NAMESPACE_CONDITION), "phase", TEXT));
    private static final StructType NAMESPACE = struct("kubernetes.Namespace",
            Map.of("metadata", NAMESPACE_METADATA, "spec", NAMESPACE_SPEC, "status", NAMESPACE_STATUS));
    private static final List<StructType> TYPES = List.of(KIND, RESOURCE, USER, REQUEST, NAMESPACE_METADATA, NAMESPACE_SPEC, NAMESPACE_CONDITION, NAMESPACE_STATUS, NAMESPACE);

    private static final Map<Scope, CelEnvironment> PLAIN = new ConcurrentHashMap<>();

    private Environments() {}

    /// @param params     whether there is a variable `params`
    /// @param authorizer whether there are the variables `authorizer` and `authorizer.requestResource`
    public record Scope(boolean params, boolean authorizer) {}

    /// The types of the variables in a policy's expressions that depend on the policy, as far as they are known.
    ///
    /// @param object    the type of `object` and `oldObject`
    /// @param variables the type of `variables`; null when there are none
    public record Types(CelType object, CelType params, @Nullable StructType variables, List<StructType> more) {
        public static final Types ANY = new Types(SimpleType.DYN, SimpleType.DYN, null, List.of());

        public Types withVariables(StructType declared) {
            return new Types(object, params, declared, more);
        }
    }

    public static CelEnvironment of(Scope scope) {
        return PLAIN.computeIfAbsent(scope, made -> of(made, Types.ANY));
    }

    public static CelEnvironment of(Scope scope, Types types) {
        List<Variable> variables = new ArrayList<>(List.of(new Variable("object", types.object), new Variable("oldObject", types.object),
                new Variable("request", REQUEST), new Variable("namespaceObject", NAMESPACE)));
        if (scope.params) {
            variables.add(new Variable("params", types.params));
        }
        if (scope.authorizer) {
            variables.add(new Variable("authorizer", AuthorizerValues.AUTHORIZER_TYPE));
            variables.add(new Variable("authorizer.requestResource", AuthorizerValues.RESOURCE_CHECK_TYPE));
        }
        Map<String, StructType> known = new HashMap<>();
        TYPES.forEach(type -> known.put(type.name(), type));
        types.more.forEach(type -> known.put(type.name(), type));
        if (types.variables != null) {
            variables.add(new Variable("variables", types.variables));
            known.put(types.variables.name(), types.variables);
        }
        return new CelEnvironment(variables, known);
    }

    private static StructType struct(String name, Map<String, CelType> fields) {
        return StructType.create(name, ImmutableSet.copyOf(fields.keySet()), field -> Optional.ofNullable(fields.get(field)));
    }
}
