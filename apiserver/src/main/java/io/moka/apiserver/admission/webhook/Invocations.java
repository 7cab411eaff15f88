package io.moka.apiserver.admission.webhook;

import io.moka.apiserver.admission.matching.ExpressionInput;
import io.moka.apiserver.admission.matching.MatchConditions;
import io.moka.apiserver.admission.matching.MatchingContext;
import io.moka.apiserver.admission.matching.ReviewedRequest;
import io.moka.apiserver.core.admission.AdmissionRequest;
import io.moka.apiserver.core.resource.ResourceType;
import io.moka.apiserver.core.status.ApiException;
import org.jspecify.annotations.Nullable;

/// Decides whether a webhook is called for a request, and in which version it sees the request.
///
/// @param cluster the parts of the server that matching needs
record Invocations(MatchingContext cluster) {

    /// Returns the request as the webhook is to see it; null when the webhook is not to be called.
    ///
    /// @throws ApiException 403 when the webhook's conditions cannot be evaluated and it does not fail open
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
