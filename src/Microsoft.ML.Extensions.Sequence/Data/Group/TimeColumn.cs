using System.Globalization;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.MLNet;
using VectorKind = Microsoft.ML.SchemaShape.Column.VectorKind;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Reads times of any kind as whole numbers of the same order, so that sorting is exact for both ticks and floats.</summary>
internal static class TimeColumn
{
    private const string Times = "a number (not UInt64), DateTime, DateTimeOffset or TimeSpan";

    private static readonly Dictionary<Type, Func<DataViewRow, DataViewSchema.Column, Func<long>>> Readers = new()
    {
        [typeof(float)] = Reader<float>(time => OfDouble(time)),
        [typeof(double)] = Reader<double>(OfDouble),
        [typeof(sbyte)] = Reader<sbyte>(time => time),
        [typeof(byte)] = Reader<byte>(time => time),
        [typeof(short)] = Reader<short>(time => time),
        [typeof(ushort)] = Reader<ushort>(time => time),
        [typeof(int)] = Reader<int>(time => time),
        [typeof(uint)] = Reader<uint>(time => time),
        [typeof(long)] = Reader<long>(time => time),
        [typeof(DateTime)] = Reader<DateTime>(time => time.Ticks),
        [typeof(DateTimeOffset)] = Reader<DateTimeOffset>(time => time.UtcTicks),
        [typeof(TimeSpan)] = Reader<TimeSpan>(time => time.Ticks),
    };

    public static DataViewSchema.Column Find(DataViewSchema schema, string name)
    {
        var column = schema.Find(name, "Time");
        return Readers.ContainsKey(column.Type.RawType) && column.Type is not KeyDataViewType
            ? column
            : throw SchemaColumns.WrongType(name, "Time", Times, column.Type.ToString()!);
    }

    public static SchemaShape.Column Find(SchemaShape schema, string name)
    {
        var column = schema.Find(name, "Time");
        return column.Kind == VectorKind.Scalar && Readers.ContainsKey(column.ItemType.RawType) && !column.IsKey
            ? column
            : throw SchemaColumns.WrongType(name, "Time", Times, column.Describe());
    }

    /// <summary>Reads the current row's time.</summary>
    public static Func<long> Create(DataViewRow input, DataViewSchema.Column column) => Readers[column.Type.RawType](input, column);

    /// <summary>The time of this number, for messages.</summary>
    public static string Describe(long time, DataViewSchema.Column column) => column.Type switch
    {
        DateTimeDataViewType => new DateTime(time).ToString("O", CultureInfo.InvariantCulture),
        DateTimeOffsetDataViewType => new DateTimeOffset(time, TimeSpan.Zero).ToString("O", CultureInfo.InvariantCulture),
        TimeSpanDataViewType => new TimeSpan(time).ToString("c", CultureInfo.InvariantCulture),
        _ when column.Type.RawType == typeof(float) || column.Type.RawType == typeof(double) =>
            BitConverter.Int64BitsToDouble(Ordered(time)).ToString("R", CultureInfo.InvariantCulture),
        _ => time.ToString(CultureInfo.InvariantCulture),
    };

    private static Func<DataViewRow, DataViewSchema.Column, Func<long>> Reader<T>(Func<T, long> number) => (input, column) =>
    {
        var getter = input.GetGetter<T>(column);
        T time = default!;
        return () =>
        {
            getter(ref time);
            return IsNaN(time)
                ? throw new InvalidOperationException($"Time column '{column.Name}' is NaN in row {input.Position}.")
                : number(time);
        };
    };

    private static bool IsNaN<T>(T time) => time is float.NaN or double.NaN;

    /// <summary>Adding zero turns -0 into 0.</summary>
    private static long OfDouble(double time) => Ordered(BitConverter.DoubleToInt64Bits(time + 0.0));

    /// <summary>
    /// Flips the bits of negative doubles, whose order is reversed, so that integers have the order of the doubles. It is its own inverse.
    /// </summary>
    private static long Ordered(long bits) => bits < 0 ? bits ^ long.MaxValue : bits;
}
