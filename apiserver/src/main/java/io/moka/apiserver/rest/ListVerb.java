package io.moka.apiserver.rest;

import io.moka.apiserver.http.Exchange;
import io.moka.apiserver.status.ApiException;
import io.moka.apiserver.status.Status;
import io.moka.apiserver.storage.CachedObject;
import io.moka.apiserver.storage.CompactedException;
import io.moka.apiserver.storage.Listing;
import io.moka.apiserver.storage.WatchCache;

/// GET of a collection: all of it, or page by page at one revision.
final class ListVerb {
    private static final String EXPIRED = "The provided continue parameter is too old to display a consistent list result. "
            + "You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. "
            + "Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time "
            + "the first chunk was returned and now may show up in the list.";

    private final Registry registry;
    private final Answers answers;

    ListVerb(Registry registry, Answers answers) {
        this.registry = registry;
        this.answers = answers;
    }

    void list(Exchange exchange, Target target) {
        WatchCache cache = registry.caches().of(target.type());
        Selection selection = Selection.of(target.type(), cache.type(), exchange.query());
        Page page = Page.of(exchange, target);
        page.versions().await(registry.caches());
        Listing listing = cache.list(target.scope(), page.fromKey(), page.limit(), page.atRevision(), selection, selection.selectsAll())
                .orElseGet(() -> fromStore(cache, target, page, selection));
        answers.list(exchange, target.type(), listing, continueToken(listing));
    }

    /// What a request asks to see.
    ///
    /// @param atRevision 0 for now
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

    /// The cache no longer reaches back that far; etcd may.
    private Listing fromStore(WatchCache cache, Target target, Page page, Selection selection) {
        try {
            return cache.listFromStore(registry.store(), registry.prefix(), target.scope(), page.fromKey(), page.limit(), page.atRevision(), selection);
        } catch (CompactedException gone) {
            throw page.continues()
                    ? new ApiException(new Status(410, "Expired", EXPIRED, null, new ContinueToken(ContinueToken.NOW, page.fromKey()).encode()))
                    : ApiException.gone("The resourceVersion for the provided list is too old.");
        }
    }

    private static String continueToken(Listing listing) {
        if (!listing.more()) {
            return "";
        }
        CachedObject last = listing.objects().getLast();
        return new ContinueToken(listing.revision(), last.key() + '\0').encode();
    }
}
