package io.moka.apiserver.core.rest;

import io.moka.apiserver.core.access.Authorizer;

/// The verbs that serve all stored resources alike, and what they share.
public record Verbs(
        Intake intake, ObjectStorage storage, UpdateRules rules, Ownership ownership, Answers answers,
        GetVerb get, ListVerb list, WatchVerb watch, CreateVerb create, UpdateVerb update, PatchVerb patch, ApplyVerb apply, DeleteVerb delete) {

    /// @param authorizer decides whether a server-side apply may create
    public static Verbs of(VerbContext context, TableRenderer tables, Authorizer authorizer) {
        var intake = new Intake(context.schemas());
        var storage = new ObjectStorage(context);
        var rules = new UpdateRules(context, intake);
        var ownership = new Ownership(intake, context.clock());
        var answers = new Answers(tables);
        var create = new CreateVerb(context, intake, storage, ownership);
        return new Verbs(intake, storage, rules, ownership, answers, new GetVerb(context), new ListVerb(context, answers), new WatchVerb(context, answers), create,
                new UpdateVerb(context, intake, storage, rules, create, ownership), new PatchVerb(intake, storage, rules, ownership),
                new ApplyVerb(intake, storage, rules, ownership, create, authorizer), new DeleteVerb(context, storage));
    }
}
