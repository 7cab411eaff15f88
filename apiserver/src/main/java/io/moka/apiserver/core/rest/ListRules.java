package io.moka.apiserver.core.rest;

import com.fasterxml.jackson.databind.node.TextNode;
import io.moka.apiserver.core.request.Query;
import io.moka.apiserver.core.schema.Cause;
import io.moka.apiserver.core.schema.Problems;
import io.moka.apiserver.core.status.ApiException;
import io.moka.apiserver.core.status.StatusCause;
import java.util.List;

/// Validates combinations of the parameters of a list or watch. A request without the unusual ones costs two look-ups.
final class ListRules {
    private static final String MATCH = "resourceVersionMatch";
    private static final String INITIAL = "sendInitialEvents";
    private static final String NOT_OLDER = "NotOlderThan";

    private ListRules() {}

    /// @throws ApiException when the parameters contradict each other
    static void checkList(Query query) {
        query.number("timeoutSeconds", 0);
        if (!query.has(MATCH) && !query.has(INITIAL)) {
            return;
        }
        Problems problems = new Problems();
        String match = query.get(MATCH);
        if (!match.isEmpty()) {
            String version = query.get("resourceVersion");
            if (version.isEmpty()) {
                problems.forbidden(MATCH, "resourceVersionMatch is forbidden unless resourceVersion is provided");
            }
            forbidContinuing(query, problems);
            if (!match.equals("Exact") && !match.equals(NOT_OLDER)) {
                problems.notSupported(MATCH, TextNode.valueOf(match), List.of("Exact", NOT_OLDER, ""));
            }
            if (match.equals("Exact") && version.equals("0")) {
                problems.forbidden(MATCH, "resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\"");
            }
        }
        if (query.has(INITIAL)) {
            problems.forbidden(INITIAL, "sendInitialEvents is forbidden for list");
        }
        refuse(problems);
    }

    /// @throws ApiException when the parameters contradict each other
    static void checkWatch(Query query) {
        query.number("timeoutSeconds", 0);
        if (!query.has(MATCH) && !query.has(INITIAL)) {
            return;
        }
        Problems problems = new Problems();
        String match = query.get(MATCH);
        if (query.has(INITIAL) && !match.equals(NOT_OLDER)) {
            problems.forbidden(MATCH, "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan");
        }
        if (!match.isEmpty()) {
            if (!query.has(INITIAL)) {
                problems.forbidden(MATCH, "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided");
            }
            if (!match.equals(NOT_OLDER)) {
                problems.notSupported(MATCH, TextNode.valueOf(match), List.of(NOT_OLDER));
            }
            forbidContinuing(query, problems);
        }
        refuse(problems);
    }

    private static void forbidContinuing(Query query, Problems problems) {
        if (!query.get("continue").isEmpty()) {
            problems.forbidden(MATCH, "resourceVersionMatch is forbidden when continue is provided");
        }
    }

    private static void refuse(Problems problems) {
        List<Cause> causes = problems.found();
        if (!causes.isEmpty()) {
            throw ApiException.invalid("meta.k8s.io", "ListOptions", "", Cause.describe(causes),
                    causes.stream().map(cause -> new StatusCause(cause.reason(), cause.message(), cause.field())).toList());
        }
    }
}
