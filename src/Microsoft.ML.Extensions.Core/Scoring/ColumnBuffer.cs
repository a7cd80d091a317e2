using System.Reflection;
using Microsoft.ML.Data;

namespace Microsoft.ML.Extensions.Scoring;

/// <summary>Keeps the values of a column that passes through, for the rows read ahead. One per cursor; values are not boxed.</summary>
internal abstract class ColumnBuffer
{
    private static readonly MethodInfo ScalarMethod = Method(nameof(Scalar));
    private static readonly MethodInfo VectorMethod = Method(nameof(Vector));

    public static ColumnBuffer Create(DataViewRow input, DataViewSchema.Column column, int rows)
    {
        var (method, item) = column.Type is VectorDataViewType vector
            ? (VectorMethod, vector.ItemType.RawType)
            : (ScalarMethod, column.Type.RawType);
        return (ColumnBuffer)method.MakeGenericMethod(item).Invoke(null, [input, column, rows])!;
    }

    /// <summary>Copies the input's current value into a row of the buffer.</summary>
    public abstract void Read(int row);

    /// <summary>A <see cref="ValueGetter{TValue}"/> of the row that is current when it is called.</summary>
    public abstract Delegate Getter(Func<int> row);

    private static MethodInfo Method(string name) => typeof(ColumnBuffer).GetMethod(name, BindingFlags.NonPublic | BindingFlags.Static)!;

    private static ColumnBuffer Scalar<T>(DataViewRow input, DataViewSchema.Column column, int rows) =>
        new ScalarBuffer<T>(input, column, rows);

    private static ColumnBuffer Vector<T>(DataViewRow input, DataViewSchema.Column column, int rows) =>
        new VectorBuffer<T>(input, column, rows);

    private sealed class ScalarBuffer<T>(DataViewRow input, DataViewSchema.Column column, int rows) : ColumnBuffer
    {
        private readonly ValueGetter<T> _getter = input.GetGetter<T>(column);
        private readonly T[] _values = new T[rows];

        public override void Read(int row) => _getter(ref _values[row]);

        public override Delegate Getter(Func<int> row) => (ValueGetter<T>)((ref T value) => value = _values[row()]);
    }

    private sealed class VectorBuffer<T>(DataViewRow input, DataViewSchema.Column column, int rows) : ColumnBuffer
    {
        private readonly ValueGetter<VBuffer<T>> _getter = input.GetGetter<VBuffer<T>>(column);
        private readonly VBuffer<T>[] _values = new VBuffer<T>[rows];

        public override void Read(int row) => _getter(ref _values[row]);

        public override Delegate Getter(Func<int> row) =>
            (ValueGetter<VBuffer<T>>)((ref VBuffer<T> value) => _values[row()].CopyTo(ref value));
    }
}
