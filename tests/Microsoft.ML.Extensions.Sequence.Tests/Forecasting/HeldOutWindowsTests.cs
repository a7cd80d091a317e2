using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Tasks;
using Microsoft.ML.Extensions.Torch;
using Microsoft.ML.Extensions.Training;
using TorchSharp;

namespace Microsoft.ML.Extensions.Sequence.Tests.Forecasting;

/// <summary>Windows are held out by time and series: no row of the table is in windows of both parts, exact to a row.</summary>
[TestClass]
public sealed class HeldOutWindowsTests
{
    private const int Length = 6;
    private const int Horizon = 2;
    private const int Span = Length + Horizon;
    private const long Unlimited = long.MaxValue;

    // This budget holds a few windows.
    private const long Tight = 500;

    private readonly MLContext _ml = new(1);

    [TestMethod]
    [DataRow(1, Unlimited)]
    [DataRow(1, Tight)]
    [DataRow(3, Unlimited)]
    [DataRow(3, Tight)]
    public void Panel_IsValidatedOnTheEndOfEverySeries_WithTheGap(int stride, long budget)
    {
        var (train, held) = Parts(Windows(Table((60, 'a'), (40, 'b'), (80, 'c')), stride), fraction: 0.2, budget);
        foreach (var (series, rows) in new[] { (0, 60), (1, 40), (2, 80) })
        {
            int[] starts = [.. Enumerable.Range(0, rows - Span + 1).Where(start => start % stride == 0)];
            var time = starts[^1] + 1;
            var cut = time - (int)(time * 0.2);
            CollectionAssert.AreEqual(starts.Where(start => start >= cut).ToArray(), Of(held, series));
            CollectionAssert.AreEqual(starts.Where(start => start + Span <= cut).ToArray(), Of(train, series));
        }
    }

    [TestMethod]
    public void Windows_KnowTheirPlace_ShuffledAndWithRowsLeftOut()
    {
        var windows = Windows(Table((60, 'a'), (40, 'b')));
        var (train, held) = Parts(windows, 0.2);
        var shuffled = _ml.Data.ShuffleRows(_ml.Data.FilterRowsByColumn(_ml.Data.Cache(windows), "Time", upperBound: 55), seed: 3);
        var (fewer, fewerHeld) = Parts(shuffled, 0.2);
        Assert.IsLessThan(train.Length + held.Length, fewer.Length + fewerHeld.Length);
        foreach (var series in new[] { 0, 1 })
        {
            Assert.IsLessThanOrEqualTo(Of(fewerHeld, series).Min(), Of(fewer, series).Max() + Span);
            Assert.IsNotEmpty(Of(fewer, series));
        }
    }

    [TestMethod]
    public void SeriesTooShortForTheGap_AreHeldOutWhole()
    {
        var (train, held) = Parts(Windows(Table([.. "abcdefghij".Select(name => (10, name))])), 0.2);
        Assert.HasCount(2, held.Select(place => place.Series).Distinct().ToArray());
        Assert.IsEmpty(train.Select(place => place.Series).Intersect(held.Select(place => place.Series)).ToArray());
        Assert.AreEqual(10 * 3, train.Length + held.Length);
    }

    [TestMethod]
    public void WindowsThatAreNoForecast_AreHeldOutByWholeSeries_OrByTheEndOfOne()
    {
        var many = Window(Table([.. "abcdefghij".Select(name => (40, name))]), "Target");
        var (train, held) = Parts(many, 0.2, task: RegressionTask.Instance);
        Assert.HasCount(2, held.Select(place => place.Series).Distinct().ToArray());
        Assert.IsEmpty(train.Select(place => place.Series).Intersect(held.Select(place => place.Series)).ToArray());
        var (before, end) = Parts(Window(Table((100, 'a')), "Target"), 0.2, task: RegressionTask.Instance);
        Assert.AreEqual(end.Min(place => place.Start), before.Max(place => place.Start) + Span);
    }

    [TestMethod]
    [DataRow(Unlimited)]
    [DataRow(Tight)]
    public void RowsToDecideByWhereNoneAreHeldOut_AreTheEndOfEverySeries_WithTheGap(long budget)
    {
        var (data, order) = Read(Windows(Table((60, 'a'), (40, 'b'))), budget, ForecastTask.Instance);
        var batches = new ExampleSource(data).Batches(8, order.HoldOut(data.Survey, 0.2, seed: 1)!)
            .SelectMany(batch => batch.Rows.Select(row => (batch.Part, Place: Place(batch.Store, row)))).ToArray();
        foreach (var (series, windows, cut) in new[] { (0, 53, 43), (1, 33, 27) })
        {
            CollectionAssert.AreEqual(Starts(cut, windows), Of(RowPart.Validation, series));
            CollectionAssert.AreEqual(Starts(cut - Span + 1, cut), Of(RowPart.Gap, series));
            CollectionAssert.AreEqual(Starts(0, cut - Span + 1), Of(RowPart.Training, series));
        }

        int[] Of(RowPart part, int series) =>
            HeldOutWindowsTests.Of([.. batches.Where(row => row.Part == part).Select(row => row.Place)], series);

        static int[] Starts(int from, int to) => [.. Enumerable.Range(from, to - from)];
    }

    [TestMethod]
    public void WindowsOfTheUsersOwn_CountAsOneStepApart()
    {
        var windows = Windows(Table((60, 'a')));
        var own = _ml.Data.LoadFromEnumerable(_ml.Data.CreateEnumerable<Own>(windows, reuseRowObject: false), Definition());
        var (train, held) = Parts(own, 0.2);
        Assert.AreEqual((10, held.Min(place => place.Start) - Span), (held.Length, train.Max(place => place.Start)));
    }

    [TestMethod]
    public void TooFewWindowsForTheGap_AreRefusedWhereValidationIsAskedFor_AndAllLearnedFromElse()
    {
        var windows = Windows(Table((20, 'a')));
        var options = SeriesTable.Small();
        options.Training.ValidationFraction = 0.5;
        var e = Assert.ThrowsExactly<InvalidOperationException>(() => _ml.Forecasting.Trainers.ParaRnn(options).Fit(windows));
        foreach (var fragment in new[] { "Training.ValidationFraction 0.5 of 13 rows", "a gap of 8 steps", "give validation data to Fit" })
        {
            StringAssert.Contains(e.Message, fragment);
        }
        options.Training.ValidationFraction = null;
        using var _ = _ml.Forecasting.Trainers.ParaRnn(options).Fit(windows);
    }

    [TestMethod]
    public void Standardisation_IsOfTheTrainingWindowsAlone()
    {
        var rows = Table((60, 'a'), (40, 'b'));
        var changed = Table((60, 'a'), (40, 'b'));
        // Values that no training window contains: the cuts are at 43 of 53 windows, and at 27 of 33.
        foreach (var row in changed.Where(row => row.Time >= (row.Name == "a" ? 43 : 27)))
        {
            row.Value *= 1000;
        }
        var (center, scale) = Learned(rows);
        var (otherCenter, otherScale) = Learned(changed);
        CollectionAssert.AreEqual(center, otherCenter);
        CollectionAssert.AreEqual(scale, otherScale);
        var starts = Enumerable.Range(0, 43 - Span + 1).Select(start => ('a', start))
            .Concat(Enumerable.Range(0, 27 - Span + 1).Select(start => ('b', start)));
        var values = starts.SelectMany(window => Enumerable.Range(window.start, Length).Select(t => (double)Value(window.Item1, t)))
            .ToArray();
        var mean = values.Average();
        Assert.AreEqual(mean, center[0], 1e-3);
        Assert.AreEqual(Math.Sqrt(values.Average(value => (value - mean) * (value - mean))), scale[0], 1e-3);
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void PenaltyOfTheLinearForecast_IsDecidedByTheEndOfEverySeries_AfterTheGap(bool heldOut)
    {
        Row[] rows = [.. Noisy('a', 80), .. Noisy('b', 60)];
        var options = SeriesTable.Small();
        (options.Training.Seed, options.Training.ValidationFraction) = (1, heldOut ? 0.2 : 0);
        var forecast = new ForecastOptions { LinearOnly = true, Normalization = ForecastNormalization.None };
        using var model = _ml.Forecasting.Trainers.ParaRnn(options, forecast).Fit(Windows(rows));
        var state = model.Model.Network.state_dict();
        var (center, scale) = (state["center"].data<float>()[0], state["scale"].data<float>()[0]);

        using var scope = torch.NewDisposeScope();
        using RidgeRegression learned = new(Length, Horizon), gap = new(Length, Horizon), judging = new(Length, Horizon);
        foreach (var series in rows.GroupBy(row => row.Name))
        {
            float[] values = [.. series.Select(row => (row.Value - center) / scale)];
            var windows = values.Length - Span + 1;
            var cut = windows - (int)(windows * 0.2);
            for (var start = 0; start < windows; start++)
            {
                (start + Span <= cut ? learned : start < cut ? gap : judging).Add(
                    torch.tensor(values[start..(start + Length)]).view(1, -1),
                    torch.tensor(values[(start + Length)..(start + Span)]).view(1, -1));
            }
        }
        var penalty = Best(learned);
        // With this data another rule would give another result.
        Assert.AreNotEqual(1e-2, penalty);
        if (!heldOut)
        {
            learned.Add(gap);
            Assert.AreNotEqual(penalty, Best(learned));
            learned.Add(judging);
        }
        var difference = learned.Solved(penalty).t() - state["linear"].to_type(torch.ScalarType.Float64);
        Assert.IsLessThan(1e-4, difference.abs().max().Item<double>());

        double Best(RidgeRegression from) => Penalties.MinBy(value => judging.Error(from.Solved(value)));
    }

    private static double[] Penalties { get; } = [1e-6, 1e-5, 1e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1, 10];

    // Autocorrelated noise, three times as strong in the validation windows.
    private static Row[] Noisy(char name, int count)
    {
        var random = new Random(name);
        var (value, cut) = (0.0, count - Span + 1 - (int)((count - Span + 1) * 0.2));
        return [.. Enumerable.Range(0, count).Select(t =>
        {
            value = (0.7 * value) + random.NextDouble() - 0.5;
            return new Row { Name = name.ToString(), Time = t, Value = (float)(t < cut ? value : 3 * value), Target = t };
        })];
    }

    private (float[] Center, float[] Scale) Learned(Row[] rows)
    {
        var options = SeriesTable.Small(1);
        options.Training.ValidationFraction = 0.2;
        using var model = _ml.Forecasting.Trainers.ParaRnn(options).Fit(Windows(rows));
        var state = model.Model.Network.state_dict();
        return (state["center"].data<float>().ToArray(), state["scale"].data<float>().ToArray());
    }

    private (RowPlace[] Train, RowPlace[] Held) Parts(IDataView windows, double fraction, long budget = Unlimited, TaskKind? task = null)
    {
        var (data, order) = Read(windows, budget, task ?? ForecastTask.Instance);
        Assert.IsTrue(data.TryDivide(order.HoldOut(data.Survey, fraction, seed: 1)!, leastLearned: 1));
        return (Places(new ExampleSource(data)), Places(new ExampleSource(data, RowPart.Validation)));
    }

    private static (ExampleData Data, RowOrder Order) Read(IDataView windows, long budget, TaskKind task)
    {
        var order = RowOrder.Of(windows.Schema, null, task, windows.Schema["Label"]);
        var columns = new ExampleColumns(InputColumn.From(windows.Schema, "Features"), "Label", null, task, MissingValues.Error, order);
        var data = ExampleData.Read(windows, columns, budget, () => { });
        Assert.AreEqual(budget == Unlimited, data.InMemory);
        return (data, order);
    }

    // A value identifies its series and its time.
    private static RowPlace[] Places(ExampleSource source) =>
        [.. source.Batches(8, shuffle: null).SelectMany(batch => batch.Rows.Select(row => Place(batch.Store, row)))];

    private static RowPlace Place(RowStore store, int row)
    {
        var value = (int)store.Values(row)[0];
        return new RowPlace(value / 1000, value % 1000);
    }

    private static int[] Of(RowPlace[] places, int series) =>
        [.. places.Where(place => place.Series == series).Select(place => (int)place.Start).Order()];

    private IDataView Windows(Row[] rows, int stride = 1)
    {
        var table = _ml.Data.LoadFromEnumerable(rows);
        return _ml.Transforms.Sequences.ForecastWindow(["Value"], Length, Horizon, stride: stride, groupColumnName: "Name").Fit(table)
            .Transform(table);
    }

    private IDataView Window(Row[] rows, string target)
    {
        var table = _ml.Data.LoadFromEnumerable(rows);
        return _ml.Transforms.Sequences.Window(
            "Features", ["Value"], Length, targetColumnName: target, horizon: Horizon, groupColumnName: "Name")
            .Fit(table).Transform(table);
    }

    private static Row[] Table(params (int Rows, char Name)[] series) => [.. series.SelectMany(one => Enumerable.Range(0, one.Rows)
        .Select(t => new Row { Name = one.Name.ToString(), Time = t, Value = Value(one.Name, t), Target = t }))];

    private static float Value(char name, int time) => ((name - 'a') * 1000) + time;

    private static SchemaDefinition Definition()
    {
        var definition = SchemaDefinition.Create(typeof(Own));
        definition["Features"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, Length);
        definition["Label"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, Horizon);
        return definition;
    }

    private sealed class Row
    {
        public string Name { get; set; } = "";

        public float Time { get; set; }

        public float Value { get; set; }

        public float Target { get; set; }
    }

    private sealed class Own
    {
        public float[] Features { get; set; } = [];

        public float[] Label { get; set; } = [];
    }
}
