/// Starts the jobs of cron jobs when their schedules say so, and removes the old ones.
///
/// Watches CronJobs and the Jobs that they control. Writes Jobs (creates, deletes) and the status of CronJobs.
///
/// Promises:
/// - one job for each scheduled time: its name is `<cron job>-<minutes since 1970>`, so that a second attempt finds it there;
/// - a cron job starts nothing for a time at or before `status.lastScheduleTime`, so a clock that is set back starts nothing twice;
/// - of several missed times only the latest is made up for; if there are more than 100 of them, a warning event says so;
/// - a schedule holds at every minute of real time whose local time matches it. A local time that the spring change skips never comes, and one that the
///   autumn change repeats comes twice and starts two jobs, both as with upstream's parser.
///
/// Differs from upstream: the number of missed times is counted instead of estimated from the first two, so that the latest one is found for irregular
/// schedules too; a changed schedule or time zone makes up for no time before the change, whichever event comes next; a job that was started by a
/// process that died before it recorded that counts as active, so that `Forbid` and `Replace` hold for it too.
///
/// Follows upstream's `pkg/controller/cronjob`. Read [CronJobPlan], then [CronExpression].
@NullMarked
package io.moka.controllers.cronjob;

import org.jspecify.annotations.NullMarked;
