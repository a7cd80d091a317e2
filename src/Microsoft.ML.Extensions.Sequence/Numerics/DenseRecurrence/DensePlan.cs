using Microsoft.ML.Extensions.Numerics.Recurrence;

namespace Microsoft.ML.Extensions.Numerics.DenseRecurrence;

/// <summary>
/// Cuts a batch into blocks of rows, which threads take through all steps without waiting for each other. Rows are ordered by length,
/// longest first, so that the rows of a block that are active at a step are always its first.
/// </summary>
internal sealed unsafe class DensePlan
{
    /// <summary>Rows that share one reading of the matrix; more would evict their own state from the cache.</summary>
    private const int MostRows = 16;

    /// <summary>Below this number of multiplications, starting a second thread costs more than it saves.</summary>
    private const long ParallelThreshold = 1 << 17;

    private int[] _rows = [];
    private int[] _lengths = [];
    private int* _starts;
    private int _rowsPerBlock;
    private int _threads;

    /// <param name="shape">The sizes.</param>
    /// <param name="recurrentSlots">Those of the cell.</param>
    /// <param name="lengths">Valid steps of each row; null stands for T.</param>
    /// <param name="execution">How it runs.</param>
    public DensePlan(DenseShape shape, int recurrentSlots, int* lengths, ScanExecution execution) =>
        Set(shape, recurrentSlots, lengths, execution);

    /// <summary>A plan that is set later, again and again.</summary>
    public DensePlan()
    {
    }

    /// <inheritdoc cref="DensePlan(DenseShape, int, int*, ScanExecution)"/>
    /// <param name="shape">The sizes.</param>
    /// <param name="recurrentSlots">Those of the cell.</param>
    /// <param name="lengths">Valid steps of each row; null stands for T.</param>
    /// <param name="execution">How it runs.</param>
    /// <param name="starts"><see cref="DenseData.Starts"/>.</param>
    public void Set(DenseShape shape, int recurrentSlots, int* lengths, ScanExecution execution, int* starts = null)
    {
        Shape = shape;
        _starts = starts;
        if (_rows.Length < shape.Batch)
        {
            (_rows, _lengths) = (new int[shape.Batch], new int[shape.Batch]);
        }
        for (var row = 0; row < shape.Batch; row++)
        {
            _rows[row] = row;
            // Negative, so that the longest is first.
            _lengths[row] = -(starts is not null ? starts[row + 1] - starts[row] : lengths is null ? shape.Steps : lengths[row]);
        }
        Array.Sort(_lengths, _rows, 0, shape.Batch);
        for (var place = 0; place < shape.Batch; place++)
        {
            _lengths[place] = -_lengths[place];
        }
        var work = (long)shape.Batch * shape.Steps * recurrentSlots * shape.Channels * shape.Channels;
        _threads = work < ParallelThreshold ? 1 : Math.Max(1, execution.Threads);
        _rowsPerBlock = RowsOfBlocks(shape.Batch, _threads);
    }

    public DenseShape Shape { get; private set; }

    /// <summary>The batch index of the row at this place in the order.</summary>
    public int Row(int place) => _rows[place];

    public int Length(int place) => _lengths[place];

    /// <summary>Where a row's step, counted in the order of the scan, stands in [B, T].</summary>
    public nint Step(int place, int step) =>
        (_starts is null ? (nint)_rows[place] * Shape.Steps : _starts[_rows[place]]) + (Shape.Reverse ? _lengths[place] - 1 - step : step);

    /// <summary>The rows of a block.</summary>
    public int RowsPerBlock => _rowsPerBlock;

    /// <summary>Runs all blocks, each given by its first place and its number of rows.</summary>
    public void Run(Action<int, int> body)
    {
        var blocks = _rowsPerBlock == 0 ? 0 : (Shape.Batch + _rowsPerBlock - 1) / _rowsPerBlock;
        void Block(int index)
        {
            var first = index * _rowsPerBlock;
            body(first, Math.Min(_rowsPerBlock, Shape.Batch - first));
        }
        if (_threads > 1 && blocks > 1)
        {
            Parallel.For(0, blocks, new ParallelOptions { MaxDegreeOfParallelism = _threads }, Block);
            return;
        }
        for (var index = 0; index < blocks; index++)
        {
            Block(index);
        }
    }

    // As many blocks as the threads can share evenly.
    private static int RowsOfBlocks(int batch, int threads)
    {
        var blocks = (batch + MostRows - 1) / MostRows;
        blocks = (blocks + threads - 1) / threads * threads;
        return blocks == 0 ? 0 : (batch + blocks - 1) / blocks;
    }
}
