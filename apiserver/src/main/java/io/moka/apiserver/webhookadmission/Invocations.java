package io.moka.apiserver.webhookadmission;

import io.moka.apiserver.admission.AdmissionRequest;
import io.moka.apiserver.matching.Cluster;
import io.moka.apiserver.matching.ExpressionInput;
import io.moka.apiserver.matching.MatchConditions;
import io.moka.apiserver.matching.ReviewedRequest;
import io.moka.apiserver.resource.ResourceType;
import io.moka.apiserver.status.ApiException;
import org.jspecify.annotations.Nullable;

/// Decides whether a webhook is asked about a request, and what it is shown.
///
/// @param cluster what to match against
record Invocations(Cluster cluster) {

    /// What the webhook is to be shown; null when it is not to be asked.
    ///
    /// @throws ApiException 403 when its conditions cannot be evaluated and it does not fail open
    @Nullable ReviewedRequest of(Webhook webhook, AdmissionRequest request) {
        ResourceType as = webhook.criteria().match(request, cluster);
        if (as == null) {
            return null;
        }
        ReviewedRequest reviewed = ReviewedRequest.of(request, as, cluster.versions());
        if (webhook.conditions().isEmpty()) {
            return reviewed;
        }
        return switch (webhook.conditions().evaluate(ExpressionInput.of(reviewed, null, cluster.authorizer()))) {
            case MatchConditions.Result.Matches() -> reviewed;
            case MatchConditions.Result.Excluded ignored -> null;
            case MatchConditions.Result.Failed(String why) -> throw ApiException.forbidden(request.type().group(), request.type().plural(), request.nameToTell(), why);
        };
    }
}
