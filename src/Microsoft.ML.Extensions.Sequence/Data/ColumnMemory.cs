using Microsoft.ML.Data;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Stores values of a column of any type beyond the life of their rows.</summary>
internal abstract class ColumnMemory
{
    /// <summary>A memory fed by the row that the cursor is on.</summary>
    public static ColumnMemory Create(DataViewRow input, DataViewSchema.Column column)
    {
        var memory = column.Type is VectorDataViewType vector
            ? typeof(VectorMemory<>).MakeGenericType(vector.ItemType.RawType)
            : typeof(ScalarMemory<>).MakeGenericType(column.Type.RawType);
        return (ColumnMemory)Activator.CreateInstance(memory, input, column)!;
    }

    /// <summary>Stores the current row's value in a slot; slots grow as needed.</summary>
    public abstract void Store(int slot);

    /// <summary>Whether the current row's value equals the stored one.</summary>
    public abstract bool IsStored(int slot);

    /// <summary>A <see cref="ValueGetter{TValue}"/> of the slot that is current when it is called.</summary>
    public abstract Delegate Getter(Func<int> slot);

    private static void Grow<T>(ref T[] slots, int slot)
    {
        if (slot >= slots.Length)
        {
            Array.Resize(ref slots, Math.Max(slot + 1, 2 * slots.Length));
        }
    }

    private sealed class ScalarMemory<T>(DataViewRow input, DataViewSchema.Column column) : ColumnMemory
    {
        private readonly ValueGetter<T> _getter = input.GetGetter<T>(column);
        private T[] _slots = [];
        private T _current = default!;

        public override void Store(int slot)
        {
            Grow(ref _slots, slot);
            _getter(ref _slots[slot]);
        }

        public override bool IsStored(int slot)
        {
            _getter(ref _current);
            return ValueComparer<T>.Instance.Equals(_current, _slots[slot]);
        }

        public override Delegate Getter(Func<int> slot) => (ValueGetter<T>)((ref T value) => value = _slots[slot()]);
    }

    private sealed class VectorMemory<T>(DataViewRow input, DataViewSchema.Column column) : ColumnMemory
    {
        private readonly ValueGetter<VBuffer<T>> _getter = input.GetGetter<VBuffer<T>>(column);
        private VBuffer<T>[] _slots = [];
        private VBuffer<T> _current;

        public override void Store(int slot)
        {
            Grow(ref _slots, slot);
            _getter(ref _slots[slot]);
        }

        public override bool IsStored(int slot)
        {
            _getter(ref _current);
            return _current.DenseValues().SequenceEqual(_slots[slot].DenseValues(), ValueComparer<T>.Instance);
        }

        public override Delegate Getter(Func<int> slot) =>
            (ValueGetter<VBuffer<T>>)((ref VBuffer<T> value) => _slots[slot()].CopyTo(ref value));
    }
}
