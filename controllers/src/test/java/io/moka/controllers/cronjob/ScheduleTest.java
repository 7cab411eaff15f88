package io.moka.controllers.cronjob;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScheduleTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            * * * * *              | UTC | 2026-07-09T14:45:00Z | 2026-07-09T14:46:00Z
            0/15 * * * *           | UTC | 2026-07-09T14:45:00Z | 2026-07-09T15:00:00Z
            */15 * * * *           | UTC | 2026-07-09T14:59:59Z | 2026-07-09T15:00:00Z
            20-35/15 * * * *       | UTC | 2026-07-09T14:45:00Z | 2026-07-09T15:20:00Z
            5/20 * * * *           | UTC | 2026-07-09T14:45:00Z | 2026-07-09T15:05:00Z
            1,2,50-52 * * * *      | UTC | 2026-07-09T14:51:00Z | 2026-07-09T14:52:00Z
            15 0 * * ?             | UTC | 2026-07-09T23:35:00Z | 2026-07-10T00:15:00Z
            0 0 9 apr-Oct ?        | UTC | 2026-07-10T00:00:00Z | 2026-08-09T00:00:00Z
            0 0 9 Apr,Aug,Oct Mon  | UTC | 2026-07-09T23:35:00Z | 2026-08-03T00:00:00Z
            0 0 * Feb Mon          | UTC | 2026-07-09T23:35:00Z | 2027-02-01T00:00:00Z
            0 0 */2 * Mon          | UTC | 2026-06-01T00:00:00Z | 2026-06-03T00:00:00Z
            0 0 13 * fri           | UTC | 2026-06-05T00:00:00Z | 2026-06-12T00:00:00Z
            0 0 13 * */2           | UTC | 2026-06-10T00:00:00Z | 2026-06-11T00:00:00Z
            0 0 29 2 *             | UTC | 2025-01-01T00:00:00Z | 2028-02-29T00:00:00Z
            59 23 31 dec *         | UTC | 2026-12-31T23:59:00Z | 2027-12-31T23:59:00Z
            @hourly                | UTC | 2026-07-09T14:45:00Z | 2026-07-09T15:00:00Z
            @daily                 | UTC | 2026-07-09T14:45:00Z | 2026-07-10T00:00:00Z
            @midnight              | UTC | 2026-07-09T14:45:00Z | 2026-07-10T00:00:00Z
            @weekly                | UTC | 2026-07-09T14:45:00Z | 2026-07-12T00:00:00Z
            @monthly               | UTC | 2026-07-09T14:45:00Z | 2026-08-01T00:00:00Z
            @yearly                | UTC | 2026-07-09T14:45:00Z | 2027-01-01T00:00:00Z
            @annually              | UTC | 2026-07-09T14:45:00Z | 2027-01-01T00:00:00Z
            @every 90m             | UTC | 2026-07-09T14:45:00Z | 2026-07-09T16:15:00Z
            @every 1h0.5m          | UTC | 2026-07-09T14:45:00Z | 2026-07-09T15:45:30Z
            @every 1ms             | UTC | 2026-07-09T14:45:00Z | 2026-07-09T14:45:01Z
            0 9 * * *              | Asia/Kolkata | 2026-07-09T03:29:00Z | 2026-07-09T03:30:00Z
            30 2 * * *             | America/New_York | 2026-03-07T07:30:00Z | 2026-03-09T06:30:00Z
            0 * * * *              | America/New_York | 2026-03-08T06:00:00Z | 2026-03-08T07:00:00Z
            30 1 * * *             | America/New_York | 2026-11-01T05:00:00Z | 2026-11-01T05:30:00Z
            30 1 * * *             | America/New_York | 2026-11-01T05:30:00Z | 2026-11-01T06:30:00Z
            30 1 * * *             | America/New_York | 2026-11-01T06:30:00Z | 2026-11-02T06:30:00Z
            0 0 * * *              | America/Sao_Paulo | 2018-11-03T03:00:00Z | 2018-11-05T02:00:00Z
            15 2 * * *             | Australia/Lord_Howe | 2026-10-02T15:45:00Z | 2026-10-04T15:15:00Z
            """)
    void nextTimeIs(String schedule, String zone, String after, String expected) {
        assertEquals(Instant.parse(expected), Schedule.parse(schedule, ZoneId.of(zone)).next(Instant.parse(after)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            60 * * * *     | end of range (60) above maximum (59): 60
            * 24 * * *     | end of range (24) above maximum (23): 24
            * * 0 * *      | beginning of range (0) below minimum (1): 0
            * * * 13 *     | end of range (13) above maximum (12): 13
            * * * * 7      | end of range (7) above maximum (6): 7
            5-1 * * * *    | beginning of range (5) beyond end of range (1): 5-1
            */0 * * * *    | step of range should be a positive number: */0
            1/2/3 * * * *  | too many slashes: 1/2/3
            1-2-3 * * * *  | too many hyphens: 1-2-3
            *-3 * * * *    | too many hyphens: *-3
            x * * * *      | failed to parse int from x: strconv.Atoi: parsing "x": invalid syntax
            * * * mon *    | failed to parse int from mon: strconv.Atoi: parsing "mon": invalid syntax
            * * * *        | expected exactly 5 fields, found 4: [* * * *]
            * * * * * *    | expected exactly 5 fields, found 6: [* * * * * *]
            @never         | unrecognized descriptor: @never
            @every day     | failed to parse duration @every day: time: invalid duration "day"
            """)
    void badScheduleIsExplained(String schedule, String message) {
        assertEquals(message, assertThrows(IllegalArgumentException.class, () -> Schedule.parse(schedule, ZoneOffset.UTC)).getMessage());
    }

    @Test
    void dateThatNeverComesHasNoNextTime() {
        assertNull(Schedule.parse("0 0 31 2 *", ZoneOffset.UTC).next(Instant.parse("2026-01-01T00:00:00Z")));
    }

    /// The reference looks at each minute of the time around the change, and at nothing else.
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            America/New_York    | 2026-03-08T00:00:00-05:00
            America/New_York    | 2026-11-01T00:00:00-04:00
            Europe/Berlin       | 2026-03-29T00:00:00+01:00
            Europe/Berlin       | 2026-10-25T00:00:00+02:00
            Australia/Lord_Howe | 2026-04-05T00:00:00+11:00
            Australia/Lord_Howe | 2026-10-04T00:00:00+10:30
            America/St_Johns    | 2010-03-13T12:00:00-03:30
            America/St_Johns    | 2010-11-06T12:00:00-02:30
            America/Sao_Paulo   | 2018-11-03T12:00:00-03:00
            America/Sao_Paulo   | 2018-02-17T12:00:00-02:00
            Africa/Cairo        | 2026-10-29T12:00:00+03:00
            Pacific/Apia        | 2011-12-29T00:00:00-10:00
            """)
    void clockChangesLeaveOutAndRepeatNoOtherMinute(String zone, String start) {
        var from = OffsetDateTime.parse(start).toInstant();
        var to = from.plusSeconds(36 * 3600);
        for (var text : List.of("30 2 * * *", "*/7 1-3 * * *", "59 23 * * *", "0 0 * * *", "15 0 * * *", "45 1 * * sun,sat", "*/30 * 1,5,29 * *", "10 1 8 3 *")) {
            var schedule = (CronExpression) Schedule.parse(text, ZoneId.of(zone));
            var found = new ArrayList<Instant>();
            for (var due = schedule.next(from); due != null && !due.isAfter(to); due = schedule.next(due)) {
                found.add(due);
                assertEquals(due, schedule.latest(from, due), text);
            }
            assertEquals(MinuteByMinute.of(text, ZoneId.of(zone), from, to), found, zone + " " + text);
        }
    }

    @Test
    void latestTimeIsFoundHoweverLongAgo() {
        var sparse = Schedule.parse("0 0 29 2 *", ZoneOffset.UTC);
        var start = Instant.parse("2000-03-01T00:00:00Z");
        assertEquals(Instant.parse("2024-02-29T00:00:00Z"), sparse.latest(start, Instant.parse("2027-12-31T00:00:00Z")));
        assertNull(sparse.latest(Instant.parse("2024-02-29T00:00:00Z"), Instant.parse("2027-12-31T00:00:00Z")));
        var dense = Schedule.parse("* * * * *", ZoneOffset.UTC);
        assertEquals(Instant.parse("2026-01-01T00:00:00Z"), dense.latest(start, Instant.parse("2026-01-01T00:00:59Z")));
        assertEquals(Instant.parse("2026-01-01T00:00:07Z"), Schedule.parse("@every 10s", ZoneOffset.UTC)
                .latest(Instant.parse("2000-01-01T00:00:07Z"), Instant.parse("2026-01-01T00:00:16Z")));
    }
}
