namespace Microsoft.ML.Extensions.Sequence.Tests.Data.Group;

[TestClass]
public sealed class SequenceGroupEstimatorTests
{
    private readonly MLContext _ml = new(1);

    [TestMethod]
    public void Group_OrdersEachGroupByTimeWhateverTheOrderOfTheRows()
    {
        var view = Check(Options(), [Row("b", 2, 20), Row("a", 3, 3), Row("a", 1, 1), Row("b", 1, 10), Row("a", 2, 2)]);
        CollectionAssert.AreEqual(new[] { 0, 2 }, view.Dimensions("Features"));
        CollectionAssert.AreEqual(new[] { "b", "a" }, view.Texts("Id"));
        CollectionAssert.AreEqual(new[] { 10f, -10, 20, -20 }, view.Vectors("Features")[0]);
        CollectionAssert.AreEqual(new[] { 1f, -1, 2, -2, 3, -3 }, view.Vectors("Features")[1]);
    }

    [TestMethod]
    public void Group_LeavesOutTimeAndValuesAndKeepsTheRest()
    {
        var view = Check(Options(), [Row("a", 1, 1), Row("a", 2, 2)]);
        CollectionAssert.AreEqual(new[] { "Id", "Label", "Note", "Features" }, view.Schema.Select(column => column.Name).ToArray());
        CollectionAssert.AreEqual(new[] { "label of a" }, view.Texts("Label"));
    }

    [TestMethod]
    public void Group_OfContiguousRows_GivesTheSameInEitherMode()
    {
        LongRow[] rows = [.. Enumerable.Range(0, 60).Select(i => Row($"g{i / 7}", 100 - i, i))];
        var gathered = Check(Options(), rows);
        var contiguous = Options();
        contiguous.Contiguous = true;
        var streamed = Check(contiguous, rows);
        CollectionAssert.AreEqual(gathered.Texts("Id"), streamed.Texts("Id"));
        CollectionAssert.AreEqual(gathered.Texts("Label"), streamed.Texts("Label"));
        CollectionAssert.AreEqual(
            gathered.Vectors("Features").SelectMany(v => v).ToArray(), streamed.Vectors("Features").SelectMany(v => v).ToArray());
    }

    [TestMethod]
    public void Group_OfContiguousRows_ReadsOneGroupAhead()
    {
        var options = Options();
        options.Contiguous = true;
        var read = 0;
        var data = _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 1000).Select(i =>
        {
            read = i;
            return Row($"g{i / 10}", i, i);
        }));
        var view = _ml.Transforms.Sequences.Group(options).Fit(data).Transform(data);
        using var cursor = view.GetRowCursor(view.Schema);
        Assert.IsTrue(cursor.MoveNext());
        Assert.AreEqual(10, read);
    }

    [TestMethod]
    public void Group_OfAGroupThatComesAgain_IsRefusedOnlyWhereContiguous()
    {
        LongRow[] rows = [Row("a", 1, 1), Row("b", 1, 1), Row("a", 2, 2)];
        Assert.HasCount(2, Check(Options(), rows).Texts("Id"));
        var options = Options();
        options.Contiguous = true;
        ThrowsOnRead(options, rows,
            "The rows of group 'a' of column 'Id' are not consecutive; sort the data by group, or set Contiguous to false");
    }

    [TestMethod]
    public void Group_OfEqualTimes_ThrowsOrKeepsTheLast()
    {
        LongRow[] rows = [Row("a", 2, 5), Row("a", 0, 7), Row("a", 1, 1), Row("a", 2, 2), Row("a", -0f, 0), Row("a", 2, 3)];
        ThrowsOnRead(Options(), rows, "Group 'a' of column 'Id' has two rows at time 0; remove one, or set DuplicateTimes to KeepLast");
        var options = Options();
        options.DuplicateTimes = DuplicateTimes.KeepLast;
        CollectionAssert.AreEqual(new[] { 0f, 0, 1, -1, 3, -3 }, Check(options, rows).Vectors("Features").Single());
    }

    [TestMethod]
    public void Group_OfANaNTime_NamesColumnAndRow() =>
        ThrowsOnRead(Options(), [Row("a", 1, 1), Row("a", float.NaN, 1)], "Time column 'Time' is NaN in row 1");

    [TestMethod]
    public void Group_OfAVaryingColumn_ThrowsOrKeepsTheFirst()
    {
        LongRow[] rows = [Row("a", 2, 2), Row("a", 1, 1, "other")];
        ThrowsOnRead(Options(), rows,
            "Column 'Label' has different values in group 'a' of column 'Id' (row 1); drop the column, or set VaryingColumns to KeepFirst");
        var options = Options();
        options.VaryingColumns = VaryingColumns.KeepFirst;
        CollectionAssert.AreEqual(new[] { "label of a" }, Check(options, rows).Texts("Label"));
    }

    [TestMethod]
    public void Group_ReadsOnlyWhatIsAsked_SoAnUnreadColumnMayVary()
    {
        var data = _ml.Data.LoadFromEnumerable([Row("a", 1, 1), Row("a", 2, 2, "other")]);
        var view = _ml.Transforms.Sequences.Group(Options()).Fit(data).Transform(data);
        Assert.HasCount(4, view.Vectors("Features").Single());
    }

    [TestMethod]
    public void Group_WithoutATimeColumn_KeepsTheOrderOfTheData()
    {
        var options = Options();
        options.TimeColumnName = null;
        options.VaryingColumns = VaryingColumns.KeepFirst;
        CollectionAssert.AreEqual(new[] { 2f, -2, 1, -1 }, Check(options, [Row("a", 2, 2), Row("a", 1, 1)]).Vectors("Features").Single());
    }

    [TestMethod]
    [DataRow("Date")]
    [DataRow("Whole")]
    [DataRow("Real")]
    public void Group_OrdersByTimesOfEveryKindExactly(string time)
    {
        var ticks = new DateTime(2024, 1, 1).Ticks;
        var rows = new long[] { 3, -2, 0, 1 }.Select(
            i => new TimedRow { Id = 7, Date = new DateTime(ticks + i), Whole = long.MaxValue - 9 + i, Real = i / 4.0, X = i });
        var data = _ml.Data.LoadFromEnumerable(rows);
        var view = TransformChecks.FitAndCheck(_ml, _ml.Transforms.Sequences.Group(
            new() { IdColumnName = "Id", TimeColumnName = time, ValueColumnNames = ["X"], VaryingColumns = VaryingColumns.KeepFirst }),
                data);
        CollectionAssert.AreEqual(new[] { -2f, 0, 1, 3 }, view.Vectors("Features").Single());
    }

    [TestMethod]
    public void Group_ByAKey_KeepsItsValuesAndRefusesAMissingOne()
    {
        var data = _ml.Data.LoadFromEnumerable([Row("a", 1, 1), Row("b", 1, 1), Row("a", 2, 2)]);
        var keyed = _ml.Transforms.Conversion.MapValueToKey("Id").Fit(data).Transform(data);
        var view = TransformChecks.FitAndCheck(_ml, _ml.Transforms.Sequences.Group(Options()), keyed);
        CollectionAssert.AreEqual(new[] { "a", "b" }, _ml.Transforms.Conversion.MapKeyToValue("Id").Fit(view).Transform(view).Texts("Id"));
        var mapping = _ml.Transforms.Conversion.MapValueToKey("Id").Fit(data);
        var unknown = mapping.Transform(_ml.Data.LoadFromEnumerable([Row("new", 1, 1)]));
        var grouped = _ml.Transforms.Sequences.Group(Options()).Fit(unknown).Transform(unknown);
        StringAssert.Contains(
            Assert.ThrowsExactly<InvalidOperationException>(() => grouped.Vectors("Features"))
                .Message, "Row 0 has no value in column 'Id'");
    }

    // Rows of which nobody knows where they belong would become one sequence.
    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Group_OfAnEmptyId_IsRefused(bool contiguous)
    {
        var options = Options();
        options.Contiguous = contiguous;
        ThrowsOnRead(options, [Row("a", 1, 1), Row("", 1, 1), Row("", 2, 2)],
            "Row 1 has no value in column 'Id', which identifies groups; leave out such rows");
        ThrowsOnRead(options, [Row(null!, 1, 1)], "Row 0 has no value in column 'Id'");
        Assert.HasCount(2, Check(options, [Row(" ", 1, 1), Row("?", 1, 1)]).Texts("Id"));
    }

    [TestMethod]
    public void Group_OfNoRows_GivesNoRow() => Assert.IsEmpty(Check(Options(), []).Vectors("Features"));

    [TestMethod]
    [DataRow("Id", "Note", "Time column 'Note' must be a number (not UInt64), DateTime, DateTimeOffset or TimeSpan, got String")]
    [DataRow("X", "Time", "Id column 'X' must be a key, text, whole number, Boolean or time, got Single")]
    public void Fit_OnColumnsThatDoNotFit_NamesThem(string id, string time, string expected)
    {
        var data = _ml.Data.LoadFromEnumerable([Row("a", 1, 1)]);
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Transforms.Sequences.Group("Features", id, time, "Y").Fit(data))
                .Message, expected);
    }

    [TestMethod]
    public void Options_ThatAreWrong_AreAllNamed()
    {
        var options = new SequenceGroupOptions
        {
            OutputColumnName = "Id",
            IdColumnName = "Id",
            TimeColumnName = "Id",
            ValueColumnNames = ["Id", ""],
            DuplicateTimes = (DuplicateTimes)9,
            VaryingColumns = (VaryingColumns)9,
        };
        var error = Assert.ThrowsExactly<ArgumentException>(() => _ml.Transforms.Sequences.Group(options)).Message;
        foreach (var expected in new[]
        {
            "OutputColumnName and IdColumnName are both 'Id'", "TimeColumnName and IdColumnName are both 'Id'",
                "ValueColumnNames holds the id column 'Id'",
            "ValueColumnNames holds an empty name", "DuplicateTimes is 9", "VaryingColumns is 9",
        })
        {
            StringAssert.Contains(error, expected);
        }
    }

    private static SequenceGroupOptions Options() => new() { IdColumnName = "Id", TimeColumnName = "Time", ValueColumnNames = ["X", "Y"] };

    private static LongRow Row(string id, float time, float x, string? label = null) =>
        new() { Id = id, Time = time, X = x, Y = -x, Label = label ?? $"label of {id}" };

    private IDataView Check(SequenceGroupOptions options, LongRow[] rows) =>
        TransformChecks.FitAndCheck(_ml, _ml.Transforms.Sequences.Group(options), _ml.Data.LoadFromEnumerable(rows));

    private void ThrowsOnRead(SequenceGroupOptions options, LongRow[] rows, string expected)
    {
        var data = _ml.Data.LoadFromEnumerable(rows);
        var view = _ml.Transforms.Sequences.Group(options).Fit(data).Transform(data);
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => view.Preview()).Message, expected);
    }

    private sealed class LongRow
    {
        public string Id { get; set; } = "";

        public float Time { get; set; }

        public float X { get; set; }

        public float Y { get; set; }

        public string Label { get; set; } = "";

        public string Note { get; set; } = "";
    }

    private sealed class TimedRow
    {
        public int Id { get; set; }

        public DateTime Date { get; set; }

        public long Whole { get; set; }

        public double Real { get; set; }

        public float X { get; set; }
    }
}
