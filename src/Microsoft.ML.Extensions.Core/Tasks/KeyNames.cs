using System.Globalization;
using Microsoft.ML.Data;

namespace Microsoft.ML.Extensions.Tasks;

/// <summary>The values behind a key column, as text, with the kind they had; so a saved model can give them back.</summary>
/// <param name="Kind">The item type's name in ML.NET, such as <c>String</c> or <c>Single</c>.</param>
/// <param name="Values">The values, culture-invariant.</param>
internal sealed record KeyNames(string Kind, string[] Values)
{
    private const string KeyValues = "KeyValues";

    private static readonly Dictionary<string, Codec> Codecs = new Codec[]
    {
        new TextCodec(),
        new NumberCodec<sbyte>(NumberDataViewType.SByte), new NumberCodec<byte>(NumberDataViewType.Byte),
        new NumberCodec<short>(NumberDataViewType.Int16), new NumberCodec<ushort>(NumberDataViewType.UInt16),
        new NumberCodec<int>(NumberDataViewType.Int32), new NumberCodec<uint>(NumberDataViewType.UInt32),
        new NumberCodec<long>(NumberDataViewType.Int64), new NumberCodec<ulong>(NumberDataViewType.UInt64),
        new NumberCodec<float>(NumberDataViewType.Single), new NumberCodec<double>(NumberDataViewType.Double),
    }.ToDictionary(codec => codec.Kind);

    /// <summary>The names of a key column's values; null where it has none or of a kind that is not kept.</summary>
    public static KeyNames? From(DataViewSchema.Column column)
    {
        if (column.Annotations.Schema.GetColumnOrNull(KeyValues)?.Type is not VectorDataViewType { ItemType: var item }
            || !Codecs.TryGetValue(item.ToString()!, out var codec))
        {
            return null;
        }
        return new KeyNames(codec.Kind, codec.Read(column.Annotations));
    }

    /// <summary>Names as a label of this shape would have them; for promises.</summary>
    public static KeyNames? From(SchemaShape.Column column, int count)
    {
        if (!column.Annotations.TryFindColumn(KeyValues, out var annotation) || !Codecs.TryGetValue(annotation.ItemType.ToString()!, out var codec))
        {
            return null;
        }
        return new KeyNames(codec.Kind, Enumerable.Repeat("0", count).ToArray());
    }

    public void AddKeyValues(DataViewSchema.Annotations.Builder annotations) => Codecs[Kind].Write(annotations, KeyValues, Values);

    public void AddSlotNames(DataViewSchema.Annotations.Builder annotations) => Codecs["String"].Write(annotations, "SlotNames", Values);

    private abstract class Codec(string kind)
    {
        public string Kind => kind;

        public abstract string[] Read(DataViewSchema.Annotations annotations);

        public abstract void Write(DataViewSchema.Annotations.Builder annotations, string name, string[] values);

        protected static string[] Read<T>(DataViewSchema.Annotations annotations, Func<T, string> toText)
        {
            VBuffer<T> values = default;
            annotations.GetValue(KeyValues, ref values);
            return values.DenseValues().Select(toText).ToArray();
        }

        protected static void Write<T>(
            DataViewSchema.Annotations.Builder annotations, string name, DataViewType item, T[] values) where T : notnull
        {
            var type = new VectorDataViewType((PrimitiveDataViewType)item, values.Length);
            annotations.Add(name, type, (ref VBuffer<T> destination) =>
            {
                var editor = VBufferEditor.Create(ref destination, values.Length);
                values.CopyTo(editor.Values);
                destination = editor.Commit();
            });
        }
    }

    private sealed class TextCodec() : Codec(TextDataViewType.Instance.ToString()!)
    {
        public override string[] Read(DataViewSchema.Annotations annotations) => Read<ReadOnlyMemory<char>>(annotations, text => text.ToString());

        public override void Write(DataViewSchema.Annotations.Builder annotations, string name, string[] values) =>
            Write(annotations, name, TextDataViewType.Instance, Array.ConvertAll(values, value => value.AsMemory()));
    }

    private sealed class NumberCodec<T>(NumberDataViewType type) : Codec(type.ToString()!) where T : struct, ISpanParsable<T>, IFormattable
    {
        public override string[] Read(DataViewSchema.Annotations annotations) =>
            Read<T>(annotations, value => value.ToString(null, CultureInfo.InvariantCulture));

        public override void Write(DataViewSchema.Annotations.Builder annotations, string name, string[] values) =>
            Write(annotations, name, type, Array.ConvertAll(values, value => T.Parse(value, CultureInfo.InvariantCulture)));
    }
}
