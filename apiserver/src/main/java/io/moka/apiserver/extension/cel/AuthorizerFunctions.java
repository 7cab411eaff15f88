package io.moka.apiserver.extension.cel;

import dev.cel.common.types.CelType;
import dev.cel.common.types.OpaqueType;
import dev.cel.common.types.SimpleType;
import io.moka.apiserver.core.access.Attributes;
import io.moka.apiserver.core.access.Authorizer;
import io.moka.apiserver.core.access.Decision;
import io.moka.apiserver.core.access.UserInfo;
import io.moka.machinery.meta.LabelSelector;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The functions with which expressions check access: `authorizer.group('apps').resource('deployments').namespace('x').check('create').allowed()`,
/// `authorizer.path('/x')`, `authorizer.serviceAccount('ns', 'name')`.
final class AuthorizerFunctions {
    static final OpaqueType AUTHORIZER = OpaqueType.create("kubernetes.authorization.Authorizer");
    static final OpaqueType RESOURCE_CHECK = OpaqueType.create("kubernetes.authorization.ResourceCheck");
    private static final OpaqueType PATH_CHECK = OpaqueType.create("kubernetes.authorization.PathCheck");
    private static final OpaqueType GROUP_CHECK = OpaqueType.create("kubernetes.authorization.GroupCheck");
    private static final OpaqueType DECISION = OpaqueType.create("kubernetes.authorization.Decision");

    private AuthorizerFunctions() {}

    /// The user whose access is checked.
    record Asker(Authorizer authorizer, UserInfo user) {
        Asker serviceAccount(String namespace, String name) {
            return new Asker(authorizer, new UserInfo("system:serviceaccount:" + namespace + ":" + name,
                    "", List.of("system:serviceaccounts", "system:serviceaccounts:" + namespace, "system:authenticated"), Map.of()));
        }
    }

    record PathCheck(Asker asker, String path) {
        Decision check(String verb) {
            return asker.authorizer.authorize(Attributes.nonResource(asker.user, verb, path));
        }
    }

    record GroupCheck(Asker asker, String group) {}

    record ResourceCheck(Asker asker, String group, String resource, String subresource, String namespace, String name) {
        Decision check(String verb) {
            return asker.authorizer.authorize(new Attributes(asker.user, verb, group, "*", resource, subresource, namespace, name, true, ""));
        }
    }

    static void add(FunctionSet functions) {
        text(functions, "path", AUTHORIZER, Asker.class, PATH_CHECK, (asker, path) -> path.isBlank() ? refused("path must not be empty") : new PathCheck(asker, path));
        text(functions, "group", AUTHORIZER, Asker.class, GROUP_CHECK, GroupCheck::new);
        functions.member("serviceAccount", "authorizer_serviceaccount", AUTHORIZER, List.of(AUTHORIZER, SimpleType.STRING, SimpleType.STRING),
                List.of(Asker.class, String.class, String.class), arguments -> ((Asker) arguments[0]).serviceAccount((String) arguments[1], (String) arguments[2]));
        text(functions, "resource", GROUP_CHECK, GroupCheck.class, RESOURCE_CHECK, (check, resource) -> new ResourceCheck(check.asker(), check.group(), resource, "", "", ""));
        text(functions, "subresource", RESOURCE_CHECK, ResourceCheck.class, RESOURCE_CHECK,
                (check, subresource) -> new ResourceCheck(check.asker, check.group, check.resource, subresource, check.namespace, check.name));
        text(functions, "namespace", RESOURCE_CHECK, ResourceCheck.class, RESOURCE_CHECK,
                (check, namespace) -> new ResourceCheck(check.asker, check.group, check.resource, check.subresource, namespace, check.name));
        text(functions, "name", RESOURCE_CHECK, ResourceCheck.class, RESOURCE_CHECK,
                (check, name) -> new ResourceCheck(check.asker, check.group, check.resource, check.subresource, check.namespace, name));
        text(functions, "labelSelector", RESOURCE_CHECK, ResourceCheck.class, RESOURCE_CHECK, AuthorizerFunctions::selecting);
        text(functions, "fieldSelector", RESOURCE_CHECK, ResourceCheck.class, RESOURCE_CHECK, AuthorizerFunctions::selecting);
        text(functions, "check", PATH_CHECK, PathCheck.class, DECISION, PathCheck::check);
        text(functions, "check", RESOURCE_CHECK, ResourceCheck.class, DECISION, ResourceCheck::check);
        decision(functions, "allowed", SimpleType.BOOL, decision -> decision instanceof Decision.Allow);
        decision(functions, "reason", SimpleType.STRING, AuthorizerFunctions::reason);
        decision(functions, "errored", SimpleType.BOOL, decision -> false);
        decision(functions, "error", SimpleType.STRING, decision -> "");
    }

    private static Object refused(String why) {
        throw new IllegalArgumentException(why);
    }

    /// Validates a selector and ignores it: the authorizers here decide the same for a part of the objects as for all.
    private static ResourceCheck selecting(ResourceCheck check, String selector) {
        LabelSelector.parse(selector);
        return check;
    }

    private static String reason(Decision decision) {
        return switch (decision) {
            case Decision.Allow(String reason) -> reason;
            case Decision.Deny(String reason) -> reason;
            case Decision.NoOpinion(String reason) -> reason;
        };
    }

    private interface WithText<T> {
        Object apply(T receiver, String text);
    }

    private static <T> void text(FunctionSet functions, String name, CelType receiver, Class<T> type, CelType result, WithText<T> body) {
        String id = receiver.name().substring(receiver.name().lastIndexOf('.') + 1).toLowerCase(Locale.ROOT) + "_" + name;
        functions.member(name, id, result, List.of(receiver, SimpleType.STRING), List.of(type, String.class),
                arguments -> body.apply(type.cast(arguments[0]), (String) arguments[1]));
    }

    private interface OfDecision {
        Object apply(Decision decision);
    }

    private static void decision(FunctionSet functions, String name, CelType result, OfDecision body) {
        functions.member(name, "decision_" + name, result, List.of(DECISION), List.of(Decision.class), arguments -> body.apply((Decision) arguments[0]));
    }
}
