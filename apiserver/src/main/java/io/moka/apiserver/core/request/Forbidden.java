package io.moka.apiserver.core.request;

import io.moka.apiserver.core.access.Attributes;
import io.moka.apiserver.core.status.ApiException;
import io.moka.apiserver.core.status.Status;

/// Words a refusal as upstream does: the user, the verb, the resource and the namespace.
public final class Forbidden {
    private Forbidden() {}

    public static ApiException answer(Attributes asked, String reason) {
        return asked.resourceRequest() ? resource(asked, reason) : path(asked, reason);
    }

    private static ApiException path(Attributes asked, String reason) {
        String why = "User \"" + asked.user().name() + "\" cannot " + asked.verb() + " path \"" + asked.path() + "\"" + suffix(reason);
        return new ApiException(new Status(403, "Forbidden", "forbidden: " + why, Status.Details.of("", "", "")));
    }

    private static ApiException resource(Attributes asked, String reason) {
        String resource = asked.subresource().isEmpty() ? asked.resource() : asked.resource() + "/" + asked.subresource();
        String where = asked.namespace().isEmpty() ? "at the cluster scope" : "in the namespace \"" + asked.namespace() + "\"";
        String why = "User \"" + asked.user().name() + "\" cannot " + asked.verb() + " resource \"" + resource + "\" in API group \""
                + asked.group() + "\" " + where + suffix(reason);
        return ApiException.forbidden(asked.group(), asked.resource(), asked.name(), why);
    }

    private static String suffix(String reason) {
        return reason.isEmpty() ? "" : ": " + reason;
    }
}
