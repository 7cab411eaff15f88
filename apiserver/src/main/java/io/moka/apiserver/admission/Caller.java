package io.moka.apiserver.admission;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.authn.UserInfo;
import io.moka.apiserver.json.Json;
import java.util.function.Supplier;

/// Who makes a change, and how it is meant: the same for all objects that one request changes.
///
/// @param own     whether this server writes by itself; nobody from outside has a say in that, so that nobody can keep it from starting
/// @param options what the request's `CreateOptions`, `UpdateOptions` or `DeleteOptions` say, made when somebody asks
public record Caller(UserInfo user, boolean dryRun, boolean own, Supplier<ObjectNode> options) {

    public Caller(UserInfo user, boolean dryRun, Supplier<ObjectNode> options) {
        this(user, dryRun, false, options);
    }

    /// The server itself, under a name.
    public static Caller own(UserInfo user) {
        return new Caller(user, false, true, Json::object);
    }
}
