using Microsoft.ML.Extensions.Kernels;

namespace Microsoft.ML.Extensions.Tests;

/// <summary>Training and test rows of <see cref="DirichletClasses"/>, and the ways to classify the test rows.</summary>
internal sealed class DirichletProblem
{
    private readonly DirichletClasses _classes;
    private readonly double[] _train, _test;
    private readonly int[] _labels, _truth;

    private DirichletProblem(DirichletClasses classes, int trainRows, int testRows, int seed)
    {
        Random random = new(seed);
        _classes = classes;
        (_train, _labels) = classes.Draw(trainRows, random);
        (_test, _truth) = classes.Draw(testRows, random);
    }

    public static DirichletProblem Draw(int columns, int trainRows, int testRows, int seed) =>
        new(DirichletClasses.Of(columns), trainRows, testRows, seed);

    /// <summary>[N, D].</summary>
    public ReadOnlySpan<double> TrainRows => _train;

    /// <summary>The more frequent class of the training rows.</summary>
    public int Majority => 2 * _labels.Sum() > _labels.Length ? 1 : 0;

    public double Accuracy(int[] labels) => Agreement(labels, _truth);

    public static double Agreement(int[] labels, int[] others) => labels.Zip(others, (label, other) => label == other ? 1.0 : 0).Average();

    public int[] Bayes() => Each(query => _classes.Bayes(Row(_test, query)));

    /// <summary>By distance, not by the inner product.</summary>
    public int[] Nearest() => Each(query => _labels[Enumerable.Range(0, _labels.Length).MinBy(row => Distance(query, row))]);

    public int[] Classify(InfiniteDepth limit) => Each(query => Scores(limit, query) is var scores && scores[1] > scores[0] ? 1 : 0);

    public double[] Scores(InfiniteDepth limit, int query)
    {
        var scores = new double[2];
        limit.LogScores(Products(Row(_test, query)), _labels, [], scores);
        return scores;
    }

    /// <summary>sign of y' K(X, X)^-1 K(X, x), without ridge.</summary>
    public int[] Solve(IKernelFunction kernel)
    {
        var gram = Enumerable.Range(0, _labels.Length).Select(row => Products(Row(_train, row))).ToArray();
        foreach (var (row, products) in gram.Index())
        {
            products[row] = 1;
            kernel.Apply(products);
        }
        var weights = CholeskySolve(gram, [.. _labels.Select(label => (2.0 * label) - 1)]);
        return Each(query =>
        {
            var values = Products(Row(_test, query));
            kernel.Apply(values);
            return Dot(weights, values) > 0 ? 1 : 0;
        });
    }

    private int[] Each(Func<int, int> label)
    {
        var labels = new int[_truth.Length];
        Parallel.For(0, labels.Length, query => labels[query] = label(query));
        return labels;
    }

    private double[] Products(ReadOnlySpan<double> query)
    {
        var products = new double[_labels.Length];
        for (var row = 0; row < products.Length; row++)
        {
            products[row] = Dot(query, Row(_train, row));
        }
        return products;
    }

    private double Distance(int query, int row)
    {
        var left = Row(_test, query);
        var right = Row(_train, row);
        var sum = 0.0;
        for (var i = 0; i < left.Length; i++)
        {
            sum += (left[i] - right[i]) * (left[i] - right[i]);
        }
        return sum;
    }

    private ReadOnlySpan<double> Row(double[] rows, int row) => rows.AsSpan(row * _classes.Columns, _classes.Columns);

    private static double Dot(ReadOnlySpan<double> left, ReadOnlySpan<double> right)
    {
        var sum = 0.0;
        for (var i = 0; i < left.Length; i++)
        {
            sum += left[i] * right[i];
        }
        return sum;
    }

    private static double[] CholeskySolve(double[][] matrix, double[] right)
    {
        for (var j = 0; j < right.Length; j++)
        {
            var head = matrix[j].AsSpan(0, j);
            matrix[j][j] = Math.Sqrt(matrix[j][j] - Dot(head, head));
            for (var i = j + 1; i < right.Length; i++)
            {
                matrix[i][j] = (matrix[i][j] - Dot(matrix[i].AsSpan(0, j), head)) / matrix[j][j];
            }
            right[j] = (right[j] - Dot(head, right.AsSpan(0, j))) / matrix[j][j];
        }
        for (var j = right.Length - 1; j >= 0; j--)
        {
            for (var i = j + 1; i < right.Length; i++)
            {
                right[j] -= matrix[i][j] * right[i];
            }
            right[j] /= matrix[j][j];
        }
        return right;
    }
}
