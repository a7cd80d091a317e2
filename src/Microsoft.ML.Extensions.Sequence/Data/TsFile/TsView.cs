using Microsoft.ML.Data;
using Microsoft.ML.Extensions.MLNet;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The series of a .ts file, read again from the file by each cursor.</summary>
internal sealed class TsView : IDataView
{
    private const int FeatureIndex = 0;
    private const int LabelIndex = 1;

    private readonly string _path;
    private readonly TsLayout _layout;
    private readonly bool _labelAsKey;

    public TsView(string path, TsFileOptions options)
    {
        _path = Path.GetFullPath(path);
        _layout = TsLayout.Probe(path);
        _labelAsKey = options.LabelAsKey;
        if (_labelAsKey && _layout.Classes.Words.Length == 0)
        {
            throw new FormatException(
                $"{path} lists no classes after '@classLabel true', so {nameof(options.LabelAsKey)} cannot be used with it.");
        }
        Schema = CreateSchema(options);
    }

    public DataViewSchema Schema { get; }

    public bool CanShuffle => false;

    public long? GetRowCount() => null;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        new Cursor(this, columnsNeeded.ToList());

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private DataViewSchema CreateSchema(TsFileOptions options)
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumn(
            options.FeatureColumnName, new VectorDataViewType(NumberDataViewType.Single, _layout.Steps, _layout.Channels),
                Names(_layout.Steps, _layout.Channels));
        if (_layout.Label == TsLabel.Target)
        {
            builder.AddColumn(options.LabelColumnName, NumberDataViewType.Single);
        }
        if (_layout.Label == TsLabel.Class && !_labelAsKey)
        {
            builder.AddColumn(options.LabelColumnName, TextDataViewType.Instance);
        }
        if (_layout.Label == TsLabel.Class && _labelAsKey)
        {
            var type = new KeyDataViewType(typeof(uint), _layout.Classes.Words.Length);
            builder.AddColumn(options.LabelColumnName, type, KeyValues(_layout.Classes.Words));
        }
        return builder.ToSchema();
    }

    // Channels have the names that the archive's tools give them.
    private static DataViewSchema.Annotations Names(int steps, int channels)
    {
        var names = Enumerable.Range(0, channels).Select(channel => $"dim_{channel}").ToArray();
        var annotations = new DataViewSchema.Annotations.Builder();
        annotations.AddChannelNames(names);
        if (steps > 0)
        {
            annotations.AddSlotNames(
                steps * channels, () => [.. Enumerable.Range(0, steps).SelectMany(step => names.Select(name => $"{name}[{step}]"))]);
        }
        return annotations.ToAnnotations();
    }

    private static DataViewSchema.Annotations KeyValues(string[] classes)
    {
        var texts = classes.Select(name => name.AsMemory()).ToArray();
        var annotations = new DataViewSchema.Annotations.Builder();
        ValueGetter<VBuffer<ReadOnlyMemory<char>>> getter = (ref VBuffer<ReadOnlyMemory<char>> values) => texts.CopyInto(ref values);
        annotations.Add("KeyValues", new VectorDataViewType(TextDataViewType.Instance, texts.Length), getter);
        return annotations.ToAnnotations();
    }

    private sealed class Cursor : TableCursor
    {
        private readonly TsView _view;
        private readonly Utf8Lines _lines;
        private readonly TsSeries _series;
        private readonly bool _readsValues;
        private readonly bool _readsLabel;
        private ReadOnlyMemory<char> _class;
        private uint _key;
        private float _target;

        public Cursor(TsView view, List<DataViewSchema.Column> needed)
            : base(view.Schema, needed)
        {
            _view = view;
            _series = new TsSeries(view._layout);
            _readsValues = needed.Any(column => column.Index == FeatureIndex);
            _readsLabel = needed.Any(column => column.Index == LabelIndex);
            _lines = new Utf8Lines(view._path);
            TsHeader.Read(_lines);
        }

        protected override bool Advance()
        {
            if (!_lines.MoveNextContent())
            {
                return false;
            }
            if (_readsValues)
            {
                _series.ReadValues(_lines);
            }
            if (_readsLabel)
            {
                ReadLabel();
            }
            return true;
        }

        protected override Delegate Getter(int column)
        {
            if (column == FeatureIndex)
            {
                return (ValueGetter<VBuffer<float>>)((ref VBuffer<float> values) => _series.Values.CopyInto(ref values));
            }
            if (_view._layout.Label == TsLabel.Target)
            {
                return (ValueGetter<float>)((ref float target) => target = _target);
            }
            return _view._labelAsKey
                ? (ValueGetter<uint>)((ref uint key) => key = _key)
                : (ValueGetter<ReadOnlyMemory<char>>)((ref ReadOnlyMemory<char> text) => text = _class);
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                _lines.Dispose();
            }
            base.Dispose(disposing);
        }

        private void ReadLabel()
        {
            if (_view._layout.Label == TsLabel.Target)
            {
                _target = _series.ReadTarget(_lines);
            }
            else if (_view._labelAsKey)
            {
                _key = _series.ReadKey(_lines);
            }
            else
            {
                _class = _series.ReadClass(_lines).Name;
            }
        }
    }
}
