using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Sequence;
using Microsoft.ML.Extensions.Tests;
using DataViewTypes = System.Collections.Generic.Dictionary<System.Type, Microsoft.ML.Data.PrimitiveDataViewType>;

namespace Microsoft.ML.Extensions.Contract.Tests;

/// <summary>Labels of every primitive type come back as predictions, from a fitted and from a loaded model.</summary>
[TestClass]
public sealed class LabelKeyTests
{
    private static readonly DataViewTypes Types = new()
    {
        [typeof(DateTime)] = DateTimeDataViewType.Instance,
        [typeof(DateTimeOffset)] = DateTimeOffsetDataViewType.Instance,
        [typeof(TimeSpan)] = TimeSpanDataViewType.Instance,
    };

    [TestMethod, Trained]
    public void Booleans_ComeBack() => AssertComeBack(true, false);

    [TestMethod, Trained]
    public void Texts_ComeBack() => AssertComeBack("low", "high");

    [TestMethod, Trained]
    public void SmallIntegers_ComeBack()
    {
        AssertComeBack(sbyte.MinValue, sbyte.MaxValue);
        AssertComeBack((byte)3, byte.MaxValue);
        AssertComeBack(short.MinValue, short.MaxValue);
        AssertComeBack((ushort)3, ushort.MaxValue);
    }

    [TestMethod, Trained]
    public void LargeIntegers_ComeBack()
    {
        AssertComeBack(int.MinValue, int.MaxValue);
        AssertComeBack(3u, uint.MaxValue);
        AssertComeBack(long.MinValue, long.MaxValue);
        AssertComeBack(3ul, ulong.MaxValue);
    }

    [TestMethod, Trained]
    public void Reals_ComeBack()
    {
        AssertComeBack(0.1f, -1 / 3f);
        AssertComeBack(0.1, -1 / 3.0);
    }

    [TestMethod, Trained]
    public void Times_ComeBack()
    {
        AssertComeBack(new DateTime(2026, 2, 3, 4, 5, 6), new DateTime(1999, 12, 31));
        AssertComeBack(new DateTimeOffset(2026, 2, 3, 4, 5, 6, TimeSpan.FromMinutes(90)), DateTimeOffset.UnixEpoch);
        AssertComeBack(TimeSpan.FromTicks(-7), TimeSpan.FromDays(40));
    }

    [TestMethod, Trained]
    public void RowIds_ComeBack() => AssertComeBack(new DataViewRowId(1, ulong.MaxValue), new DataViewRowId(ulong.MaxValue, 2));

    private static void AssertComeBack<T>(params T[] classes)
        where T : notnull
    {
        var ml = new MLContext(1);
        var definition = SchemaDefinition.Create(typeof(Row<T>));
        definition["Features"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 4);
        if (Types.TryGetValue(typeof(T), out var type))
        {
            definition["Class"].ColumnType = type;
        }
        var rows = Enumerable.Range(0, 24).Select(i => new Row<T> { Class = classes[i % 2], Features = [.. Enumerable.Repeat((i % 2) - 0.5f, 4)] });
        var data = ml.Data.LoadFromEnumerable(rows, definition);
        var trainer = ml.MulticlassClassification.Trainers.ParaRnn(new ParaRnnOptions
        {
            Base = SequenceBase.None,
            HiddenSize = 8,
            Layers = 1,
            EnsembleSize = 1,
            Training = new() { Epochs = 30, BatchSize = 8, LearningRate = 0.02, Seed = TrainedSeed.From(1) },
        });
        var model = ml.Transforms.Conversion.MapValueToKey("Label", "Class").Append(trainer)
            .Append(ml.Transforms.Conversion.MapKeyToValue("PredictedLabel")).Fit(data);
        foreach (var used in (ITransformer[])[model, ModelFile.Load(new MLContext(9), ModelFile.Save(ml, model, data.Schema))])
        {
            var scored = used.Transform(data);
            Assert.AreEqual(data.Schema["Class"].Type, scored.Schema["PredictedLabel"].Type);
            TrainedBound.AtLeast(scored.GetColumn<T>("Class").Zip(scored.GetColumn<T>("PredictedLabel"), (label, told) => label.Equals(told) ? 1.0 : 0).Average(), 1, "labels that come back");
        }
    }

    private sealed class Row<T>
    {
        public T Class { get; set; } = default!;

        public float[] Features { get; set; } = [];
    }
}
