using System.Globalization;

namespace Microsoft.ML.Extensions.Sequence.Tests.Data.Window;

/// <summary>Windows of rows with times: their order, their gaps, and the calendar.</summary>
[TestClass]
public sealed class WindowTimesTests
{
    private static readonly DateTime Monday = new(2024, 1, 1);

    private readonly MLContext _ml = new(1);

    [TestMethod]
    public void RowBeforeTheOneBeforeIt_IsRefusedByRowAndTime()
    {
        var message = Refusal(new() { TimeColumnName = "Time" }, Hours(0, 1, 3, 2, 4, 5));
        StringAssert.Contains(message, "Row 3: the time 2024-01-01T02:00:00");
        StringAssert.Contains(message, "is before that of the step before, 2024-01-01T03:00:00");
    }

    [TestMethod]
    public void TwoRowsOfOneTime_AreRefused_UnlessTheyAreOfTwoSeries()
    {
        StringAssert.Contains(Refusal(new() { TimeColumnName = "Time" }, Hours(0, 1, 1, 2, 3)), "Row 2: the time 2024-01-01T01:00:00");
        var rows = Hours(0, 1, 2, 0, 1, 2);
        Array.ForEach(rows[3..], row => row.Shop = 1);
        var windows = Windows(new() { TimeColumnName = "Time", TimeStep = TimeSpan.FromHours(1), GroupColumnName = "Shop" }, rows);
        CollectionAssert.AreEqual(new[] { "0 1: 2", "0 1: 2" }, windows);
    }

    [TestMethod]
    public void StepThatIsNoneOfTheSeries_IsRefused() => StringAssert.Contains(
        Refusal(Hourly(), [.. Hours(0, 1), new TimedRow { Time = Monday.AddMinutes(90) }]),
        "Row 2: the time 2024-01-01T01:30:00.0000000 in column 'Time' is not a whole number of steps of 01:00:00 after");

    [TestMethod]
    public void Gap_IsRefusedByRowAndNumberOfSteps() => StringAssert.Contains(
        Refusal(Hourly(), Hours(0, 1, 4, 5, 6)),
        "Row 2: 2 steps of 01:00:00 are missing between 2024-01-01T01:00:00.0000000 and 2024-01-01T04:00:00.0000000 in column 'Time'");

    // Hour 2 is missing: it is a label and a step of a window, and no window ends there.
    [TestMethod]
    public void MissingSteps_AreAdded() => CollectionAssert.AreEqual(
        new[] { "0 1: NaN", "NaN 3: 4", "3 4: 5" }, Windows(Hourly(TimeGaps.Missing), Hours(0, 1, 3, 4, 5)));

    [TestMethod]
    public void GapBegins_ANewSeries() =>
        CollectionAssert.AreEqual(new[] { "0 1: 2", "4 5: 6" }, Windows(Hourly(TimeGaps.NewSeries), Hours(0, 1, 2, 4, 5, 6)));

    // A stride of 3: windows begin at the hours 0, 3 and so on, in the gap too, which is longer than a window.
    [TestMethod]
    public void LongGap_KeepsTheStride_AndIsNotReadStepByStep()
    {
        var options = Hourly(TimeGaps.Missing);
        options.Stride = 3;
        // Not a multiple of the stride after the first rows.
        const int far = 9_000_001;
        var windows = Windows(options, Hours(0, 1, 2, 3, far - 2, far - 1, far, far + 1, far + 2, far + 3, far + 4, far + 5));
        CollectionAssert.AreEqual(
            new[]
            {
                "0 1: 2", $"{Text(far - 1)} {Text(far)}: {Text(far + 1)}", $"{Text(far + 2)} {Text(far + 3)}: {Text(far + 4)}",
            },
            windows);

        static string Text(int hour) => ((float)hour).ToString(CultureInfo.InvariantCulture);
    }

    // At 5:00 a step holds the calendar of 6:00, one horizon later: a quarter of the day, and the first day of seven after Sunday.
    [TestMethod]
    public void Calendar_IsSineAndCosineOfEachPart_OneHorizonAhead()
    {
        var options = Hourly(TimeGaps.Missing);
        options.Calendar = CalendarParts.HourOfDay | CalendarParts.DayOfWeek | CalendarParts.Month;
        var data = Load(Hours(4, 5, 6, 8));
        data = _ml.Transforms.Sequences.Window(options).Fit(data).Transform(data);
        CollectionAssert.AreEqual(
            new[]
            {
                "Value[t-1]", "HourOfDay.Sin[t]", "HourOfDay.Cos[t]", "DayOfWeek.Sin[t]", "DayOfWeek.Cos[t]", "Month.Sin[t]", "Month.Cos[t]",
            },
            data.SlotNames("Features")[..7]);
        var windows = data.Vectors("Features");
        Assert.HasCount(2, windows);
        AssertClose([5, 1, 0, Math.Sin(Math.Tau / 7), Math.Cos(Math.Tau / 7), 0, 1], windows[0][7..]);
        // The window that ends at 6:00 is of the calendar of 7:00, of which there is no row.
        AssertClose([6, Math.Sin(Math.Tau * 7 / 24), Math.Cos(Math.Tau * 7 / 24)], windows[1][7..10]);
    }

    [TestMethod]
    public void CalendarOfAMonth_HasTwelveParts()
    {
        var channels = new float[2];
        Calendar.Write(CalendarParts.Month, new DateTime(2024, 4, 30).Ticks, channels);
        AssertClose([1, 0], channels);
        Calendar.Write(CalendarParts.DayOfWeek, new DateTime(2024, 1, 7).Ticks, channels);
        AssertClose([0, 1], channels);
    }

    [TestMethod]
    public void TimesWithoutAStep_MayBeAnyTimeApart() => CollectionAssert.AreEqual(
        new[] { "0 7: 9" }, Windows(new() { TimeColumnName = "Time" }, Hours(0, 7, 9)));

    [TestMethod]
    [DataRow("Number", true, false, "DateTime, DateTimeOffset or TimeSpan, which TimeStep needs")]
    [DataRow("Number", false, true, "DateTime, which Calendar needs")]
    [DataRow("Shop", false, false, "NONE")]
    [DataRow("Nowhere", false, false, "'Nowhere'")]
    public void ColumnThatIsNoTime_IsRefusedByName(string column, bool step, bool calendar, string message)
    {
        var options = new SequenceWindowOptions
        {
            TimeColumnName = column,
            TimeStep = step ? TimeSpan.FromHours(1) : TimeSpan.Zero,
            Calendar = calendar ? CalendarParts.Month : CalendarParts.None,
        };
        if (message == "NONE")
        {
            Assert.HasCount(1, Windows(options, [new() { Shop = 1 }, new() { Shop = 2 }, new() { Shop = 3 }]));
            return;
        }
        var error = Assert.Throws<ArgumentException>(() => Windows(options, Hours(0, 1, 2)));
        StringAssert.Contains(error.Message, message);
    }

    [TestMethod]
    public void OptionsThatDoNotFit_AreRefusedTogether()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => _ml.Transforms.Sequences.Window(new SequenceWindowOptions
        {
            InputColumnNames = ["Value"],
            Length = 2,
            TimeStep = TimeSpan.FromHours(-1),
            Calendar = (CalendarParts)9,
        }));
        foreach (var part in new[] { "TimeStep is -01:00:00", "without TimeColumnName", "Calendar is 9", "without ForecastColumnNames" })
        {
            StringAssert.Contains(error.Message, part);
        }
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => Windows(new() { TimeColumnName = "Time", TimeGaps = TimeGaps.NewSeries }, [])).Message,
            "TimeGaps is NewSeries and TimeStep is zero");
    }

    private static SequenceWindowOptions Hourly(TimeGaps gaps = TimeGaps.Error) =>
        Small(new() { TimeColumnName = "Time", TimeStep = TimeSpan.FromHours(1), TimeGaps = gaps });

    private static SequenceWindowOptions Small(SequenceWindowOptions options)
    {
        (options.ForecastColumnNames, options.Length, options.Horizon) = (["Value"], 2, 1);
        return options;
    }

    private static TimedRow[] Hours(params int[] hours) => [.. hours.Select(hour => new TimedRow
    {
        Time = Monday.AddHours(hour),
        Value = hour,
    })];

    private IDataView Load(TimedRow[] rows) => _ml.Data.LoadFromEnumerable(rows);

    // Each window with its label.
    private string[] Windows(SequenceWindowOptions options, TimedRow[] rows)
    {
        var data = Load(rows);
        data = _ml.Transforms.Sequences.Window(Small(options)).Fit(data).Transform(data);
        return [.. data.Vectors("Features").Zip(data.Vectors("Label"), (window, label) => $"{Text(window)}: {Text(label)}")];

        static string Text(float[] values) => string.Join(' ', values.Select(value => value.ToString(CultureInfo.InvariantCulture)));
    }

    private string Refusal(SequenceWindowOptions options, TimedRow[] rows) =>
        Assert.ThrowsExactly<InvalidDataException>(() => Windows(options, rows)).Message;

    private static void AssertClose(double[] expected, float[] actual)
    {
        Assert.HasCount(expected.Length, actual);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.AreEqual(expected[i], actual[i], 1e-6, $"value {i}");
        }
    }

    private sealed class TimedRow
    {
        public DateTime Time { get; set; }

        public int Shop { get; set; }

        public float Number { get; set; }

        public float Value { get; set; }
    }
}
