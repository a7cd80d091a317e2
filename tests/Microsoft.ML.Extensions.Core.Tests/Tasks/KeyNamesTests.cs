using System.Text.Json;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Tasks;

namespace Microsoft.ML.Extensions.Core.Tests.Tasks;

[TestClass]
public sealed class KeyNamesTests
{
    [TestMethod]
    public void Text_ComesBack() => AssertRoundTrip("red", "a 'b' \"ü\"", " ");

    [TestMethod]
    public void SmallIntegers_ComeBack()
    {
        AssertRoundTrip(sbyte.MinValue, (sbyte)0, sbyte.MaxValue);
        AssertRoundTrip(byte.MinValue, (byte)7, byte.MaxValue);
        AssertRoundTrip(short.MinValue, (short)0, short.MaxValue);
        AssertRoundTrip(ushort.MinValue, (ushort)7, ushort.MaxValue);
    }

    [TestMethod]
    public void LargeIntegers_ComeBack()
    {
        AssertRoundTrip(int.MinValue, 0, int.MaxValue);
        AssertRoundTrip(uint.MinValue, 7u, uint.MaxValue);
        AssertRoundTrip(long.MinValue, 0L, long.MaxValue);
        AssertRoundTrip(ulong.MinValue, 7ul, ulong.MaxValue);
    }

    [TestMethod]
    public void Reals_ComeBackToTheLastBit()
    {
        AssertRoundTrip(0.1f, float.Epsilon, float.MaxValue, -1 / 3f);
        AssertRoundTrip(0.1, double.Epsilon, double.MaxValue, -1 / 3.0);
    }

    [TestMethod]
    public void Booleans_ComeBack() => AssertRoundTrip(true, false);

    [TestMethod]
    public void Times_ComeBackToTheLastTick()
    {
        AssertRoundTrip(DateTime.MinValue, new DateTime(2026, 2, 3, 4, 5, 6, DateTimeKind.Utc).AddTicks(7), DateTime.MaxValue);
        AssertRoundTrip(new DateTimeOffset(2026, 2, 3, 4, 5, 6, TimeSpan.FromMinutes(-90)), DateTimeOffset.MaxValue);
        AssertRoundTrip(TimeSpan.MinValue, TimeSpan.Zero, TimeSpan.MaxValue);
    }

    [TestMethod]
    public void RowIds_ComeBack() => AssertRoundTrip(new DataViewRowId(1, ulong.MaxValue), new DataViewRowId(ulong.MaxValue, 2));

    [TestMethod]
    public void KeyWithoutNames_HasNone()
    {
        var definition = SchemaDefinition.Create(typeof(Row<uint>));
        definition["X"].ColumnType = new KeyDataViewType(typeof(uint), 3);
        var data = new MLContext(1).Data.LoadFromEnumerable([new Row<uint> { X = 1 }], definition);
        Assert.IsNull(KeyNames.From(data.Schema["X"]));
    }

    [TestMethod]
    public void Names_AreTextToo_AsSlotNames()
    {
        var builder = new DataViewSchema.Annotations.Builder();
        KeyNames.From(Keys(1.5f, 2.5f).Schema["X"])!.AddSlotNames(builder);
        var annotations = builder.ToAnnotations();
        VBuffer<ReadOnlyMemory<char>> names = default;
        annotations.GetValue("SlotNames", ref names);
        CollectionAssert.AreEqual(new[] { "1.5", "2.5" }, names.DenseValues().Select(name => name.ToString()).ToArray());
    }

    private static void AssertRoundTrip<T>(params T[] values)
        where T : notnull
    {
        var names = KeyNames.From(Keys(values).Schema["X"])!;
        var saved = JsonSerializer.Deserialize<KeyNames>(JsonSerializer.Serialize(names))!;
        var builder = new DataViewSchema.Annotations.Builder();
        saved.AddKeyValues(builder);
        CollectionAssert.AreEqual(values, Read<T>(builder.ToAnnotations()));
    }

    private static T[] Read<T>(DataViewSchema.Annotations annotations)
        where T : notnull
    {
        if (typeof(T) == typeof(string))
        {
            VBuffer<ReadOnlyMemory<char>> texts = default;
            annotations.GetValue("KeyValues", ref texts);
            return [.. texts.DenseValues().Select(text => (T)(object)text.ToString())];
        }
        VBuffer<T> values = default;
        annotations.GetValue("KeyValues", ref values);
        return [.. values.DenseValues()];
    }

    private static IDataView Keys<T>(params T[] values)
        where T : notnull
    {
        var ml = new MLContext(1);
        var data = ml.Data.LoadFromEnumerable(values.Select(value => new Row<T> { X = value }));
        return ml.Transforms.Conversion.MapValueToKey("X").Fit(data).Transform(data);
    }

    private sealed class Row<T>
    {
        public T X { get; set; } = default!;
    }
}
