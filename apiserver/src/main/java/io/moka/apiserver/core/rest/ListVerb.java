package io.moka.apiserver.core.rest;

import io.moka.apiserver.core.request.Exchange;
import io.moka.apiserver.core.status.ApiException;
import io.moka.apiserver.core.status.Status;
import io.moka.apiserver.core.storage.CachedObject;
import io.moka.apiserver.core.storage.CompactedException;
import io.moka.apiserver.core.storage.Listing;
import io.moka.apiserver.core.storage.WatchCache;

/// Serves GET of a collection: in full, or page by page at one revision.
final class ListVerb {
    private static final String EXPIRED = "The provided continue parameter is too old to display a consistent list result. "
            + "You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. "
            + "Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time "
            + "the first chunk was returned and now may show up in the list.";

    private final VerbContext context;
    private final Answers answers;

    ListVerb(VerbContext context, Answers answers) {
        this.context = context;
        this.answers = answers;
    }

    void list(Exchange exchange, Target target) {
        Page page = Page.of(exchange, target);
        page.versions().await(context.caches());
        // after the wait: a cache that was replaced meanwhile would show an older state
        WatchCache cache = context.caches().of(target.type());
        Selection selection = Selection.of(target.type(), cache.type(), exchange.query());
        if (page.atRevision() > 0 && page.atRevision() < context.caches().compactedRevision()) {
            throw expired(page);
        }
        Listing listing = cache.list(target.scope(), page.fromKey(), page.limit(), page.atRevision(), selection, selection.selectsAll())
                .orElseGet(() -> fromStore(cache, target, page, selection));
        answers.list(exchange, target.type(), listing, continueToken(listing));
    }

    /// The part of a collection that a request lists.
    ///
    /// @param atRevision the revision of the list; 0 for the present state
    /// @param continues  whether the request has a continue token
    private record Page(ResourceVersions versions, String fromKey, int limit, long atRevision, boolean continues) {
        static Page of(Exchange exchange, Target target) {
            ListRules.checkList(exchange.query());
            int limit = (int) Math.min(Integer.MAX_VALUE, exchange.query().number("limit", 0));
            String token = exchange.query().get("continue");
            if (!token.isEmpty()) {
                if (!exchange.query().get("resourceVersion").isEmpty() && !exchange.query().get("resourceVersion").equals("0")) {
                    throw ApiException.badRequest("specifying resource version is not allowed when using continue");
                }
                ContinueToken from = ContinueToken.decode(token);
                if (from.revision() < 0) {
                    return new Page(new ResourceVersions.MostRecent(), from.startKey(), limit, 0, true);
                }
                return new Page(new ResourceVersions.Exact(from.revision()), from.startKey(), limit, from.revision(), true);
            }
            ResourceVersions versions = ResourceVersions.of(exchange.query());
            return switch (versions) {
                case ResourceVersions.MostRecent() -> new Page(versions, target.scope(), limit, 0, false);
                case ResourceVersions.Any() -> new Page(versions, target.scope(), 0, 0, false);
                case ResourceVersions.NotOlderThan ignored -> new Page(versions, target.scope(), limit, 0, false);
                case ResourceVersions.Exact(long revision) -> new Page(versions, target.scope(), limit, revision, false);
            };
        }
    }

    /// Lists from etcd, which may still have a revision that is too old for the cache.
    private Listing fromStore(WatchCache cache, Target target, Page page, Selection selection) {
        try {
            return cache.listFromStore(context.store(), context.prefix(), target.scope(), page.fromKey(), page.limit(), page.atRevision(), selection);
        } catch (CompactedException gone) {
            throw expired(page);
        }
    }

    /// Returns the error for a compacted revision. When the request had a continue token, the error has a new token that lists the rest as it is now.
    private static ApiException expired(Page page) {
        return page.continues()
                ? new ApiException(new Status(410, "Expired", EXPIRED, null, new ContinueToken(ContinueToken.NOW, page.fromKey()).encode()))
                : ApiException.gone("The resourceVersion for the provided list is too old.");
    }

    private static String continueToken(Listing listing) {
        if (!listing.more()) {
            return "";
        }
        CachedObject last = listing.objects().getLast();
        return new ContinueToken(listing.revision(), last.key() + '\0').encode();
    }
}
