using System.Globalization;
using Microsoft.ML.Data;

namespace Microsoft.ML.Extensions.Tasks;

/// <summary>The values of a key column as text, with their type, so that a saved model can restore them.</summary>
/// <param name="Kind">The item type's name in ML.NET, such as <c>String</c> or <c>Single</c>.</param>
/// <param name="Values">The values, culture-invariant.</param>
internal sealed record KeyNames(string Kind, string[] Values)
{
    private const string KeyValues = "KeyValues";

    private static readonly Dictionary<string, Codec> Codecs = new Codec[]
    {
        new Codec<ReadOnlyMemory<char>>(TextDataViewType.Instance, text => text.ToString(), text => text.AsMemory()),
        Number<sbyte>(NumberDataViewType.SByte), Number<byte>(NumberDataViewType.Byte),
        Number<short>(NumberDataViewType.Int16), Number<ushort>(NumberDataViewType.UInt16),
        Number<int>(NumberDataViewType.Int32), Number<uint>(NumberDataViewType.UInt32),
        Number<long>(NumberDataViewType.Int64), Number<ulong>(NumberDataViewType.UInt64),
        Number<float>(NumberDataViewType.Single), Number<double>(NumberDataViewType.Double),
        new Codec<bool>(BooleanDataViewType.Instance, value => value ? bool.TrueString : bool.FalseString, bool.Parse),
        new Codec<DateTime>(
            DateTimeDataViewType.Instance, value => value.ToString("O", CultureInfo.InvariantCulture),
            text => DateTime.ParseExact(text, "O", CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind)),
        new Codec<DateTimeOffset>(
            DateTimeOffsetDataViewType.Instance, value => value.ToString("O", CultureInfo.InvariantCulture),
            text => DateTimeOffset.ParseExact(text, "O", CultureInfo.InvariantCulture)),
        new Codec<TimeSpan>(
            TimeSpanDataViewType.Instance, value => value.ToString("c", CultureInfo.InvariantCulture),
            text => TimeSpan.ParseExact(text, "c", CultureInfo.InvariantCulture)),
        new Codec<DataViewRowId>(RowIdDataViewType.Instance, RowIdText, RowId),
    }.ToDictionary(codec => codec.Kind);

    /// <summary>The names of a key column's values; null where it has none, or where their type is not supported.</summary>
    public static KeyNames? From(DataViewSchema.Column column)
    {
        if (column.Annotations.Schema.GetColumnOrNull(KeyValues)?.Type is not VectorDataViewType { ItemType: var item }
            || !Codecs.TryGetValue(item.ToString()!, out var codec))
        {
            return null;
        }
        return new KeyNames(codec.Kind, codec.Read(column.Annotations));
    }

    /// <summary>Names of the type that a label of this shape has; for promises.</summary>
    public static KeyNames? From(SchemaShape.Column column, int count)
    {
        if (!column.Annotations.TryFindColumn(KeyValues, out var annotation)
            || !Codecs.TryGetValue(annotation.ItemType.ToString()!, out var codec))
        {
            return null;
        }
        return new KeyNames(codec.Kind, Enumerable.Repeat(codec.Example, count).ToArray());
    }

    /// <summary>The error in names from a file, as a part of a sentence; null where they are valid.</summary>
    public string? Fault()
    {
        if (!Codecs.TryGetValue(Kind, out var codec))
        {
            return $"its names are of type '{Kind}', which is not one of {string.Join(", ", Codecs.Keys)}";
        }
        return Array.Find(Values, value => value is null || !codec.Reads(value)) is not { } wrong
            ? Values.Contains(null) ? "one of its names is null" : null
            : $"its name '{wrong}' is not of type '{Kind}'";
    }

    public void AddKeyValues(DataViewSchema.Annotations.Builder annotations) => Codecs[Kind].Write(annotations, KeyValues, Values);

    public void AddSlotNames(DataViewSchema.Annotations.Builder annotations) => Codecs["String"].Write(annotations, "SlotNames", Values);

    private static Codec<T> Number<T>(NumberDataViewType type) where T : struct, ISpanParsable<T>, IFormattable => new(
        type, value => value.ToString(null, CultureInfo.InvariantCulture), text => T.Parse(text, CultureInfo.InvariantCulture));

    // Sixteen hexadecimal digits of the high half, then sixteen of the low half.
    private static string RowIdText(DataViewRowId id) => string.Create(CultureInfo.InvariantCulture, $"{id.High:x16}{id.Low:x16}");

    private static DataViewRowId RowId(string text)
    {
        var bits = UInt128.Parse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        return new DataViewRowId((ulong)bits, (ulong)(bits >> 64));
    }

    private abstract class Codec(string kind)
    {
        public string Kind => kind;

        /// <summary>A value as text.</summary>
        public abstract string Example { get; }

        /// <summary>Whether a text is a value of this type.</summary>
        public abstract bool Reads(string text);

        public abstract string[] Read(DataViewSchema.Annotations annotations);

        public abstract void Write(DataViewSchema.Annotations.Builder annotations, string name, string[] values);
    }

    private sealed class Codec<T>(PrimitiveDataViewType item, Func<T, string> toText, Func<string, T> parse) : Codec(item.ToString()!)
    {
        public override string Example => toText(default!);

        public override bool Reads(string text)
        {
            try
            {
                _ = parse(text);
                return true;
            }
            catch (Exception e) when (e is FormatException or OverflowException)
            {
                return false;
            }
        }

        public override string[] Read(DataViewSchema.Annotations annotations)
        {
            VBuffer<T> values = default;
            annotations.GetValue(KeyValues, ref values);
            return values.DenseValues().Select(toText).ToArray();
        }

        public override void Write(DataViewSchema.Annotations.Builder annotations, string name, string[] values)
        {
            var parsed = Array.ConvertAll(values, value => parse(value));
            annotations.Add(name, new VectorDataViewType(item, parsed.Length), (ref VBuffer<T> destination) =>
            {
                var editor = VBufferEditor.Create(ref destination, parsed.Length);
                parsed.CopyTo(editor.Values);
                destination = editor.Commit();
            });
        }
    }
}
