package io.moka.kubectl;

import java.util.ArrayList;
import java.util.List;

/// Objects as arguments name them: `pod web`, `pod web other`, `pod/web service/web`, `pods,services`.
///
/// @param name empty for all objects of the kind
record Target(Kind kind, String name) {

    static List<Target> parse(Connection connection, List<String> arguments) {
        if (arguments.isEmpty()) {
            throw new UsageException("name a resource type, such as: pods");
        }
        var targets = new ArrayList<Target>();
        if (arguments.getFirst().contains("/")) {
            for (var argument : arguments) {
                var parts = argument.split("/", 2);
                if (parts.length < 2 || parts[1].isEmpty()) {
                    throw new UsageException("\"" + argument + "\" is not of the form TYPE/NAME");
                }
                targets.add(new Target(Kind.named(connection, parts[0]), parts[1]));
            }
            return targets;
        }
        for (var type : arguments.getFirst().split(",")) {
            for (var kind : Kind.allNamed(connection, type)) {
                if (arguments.size() == 1) {
                    targets.add(new Target(kind, ""));
                }
                arguments.subList(1, arguments.size()).forEach(name -> targets.add(new Target(kind, name)));
            }
        }
        return targets;
    }

    /// One object by name, or it is an error.
    static Target one(Connection connection, List<String> arguments) {
        var targets = parse(connection, arguments);
        if (targets.size() != 1 || targets.getFirst().name().isEmpty()) {
            throw new UsageException("name exactly one object, such as: deployment/web");
        }
        return targets.getFirst();
    }

    /// Where a pod is that is named as POD or pod/POD.
    static String podPath(Connection connection, String argument) {
        var target = argument.contains("/") ? one(connection, List.of(argument)) : new Target(Kind.named(connection, "pods"), argument);
        if (!target.kind.qualified().equals("pod")) {
            throw new UsageException("\"" + argument + "\" is no pod; see its pods by: kubectl-lite get pods");
        }
        return target.path(connection);
    }

    String path(Connection connection) {
        return kind.path(connection.namespace(), name);
    }

    /// As kubectl calls it in its messages: `deployment.apps/web`.
    @Override
    public String toString() {
        return kind.qualified() + "/" + name;
    }
}
